import { createLogger } from "@switchyard/runtime/logger";
import { Queue, Worker } from "bullmq";
import { createGroupBackends } from "../../../packages/tasks/src/bullmq/groups/create-group-backends.ts";
import { queueOptions } from "../../../packages/tasks/src/bullmq/queue-options.ts";
import { connectRedis } from "../../../packages/redis/src/connect-redis.ts";
import { recordPrelude } from "../../../packages/tasks/src/redis/record-prelude.ts";
import { createTaskKeys } from "../../../packages/tasks/src/redis/task-keys.ts";
import { keep, type BenchTask, type TaskContender } from "./task-contender.ts";

/**
 * BullMQ's own queue and worker over our group backend: no records, nothing published. The difference to plain BullMQ is the
 * price of groups, the difference to ours the price of records that everybody can watch.
 */
export async function openGroupsAlone(redisUrl: string): Promise<TaskContender> {
  const connection = await connectRedis({
    url: redisUrl,
    patience: "wait",
    logger: createLogger({ app: "bench", level: "warn" }),
  });
  const keys = createTaskKeys("sy");
  const backends = createGroupBackends({ connection, keys, prelude: recordPrelude(keys, undefined) });
  const queue = new Queue<BenchTask>(keys.queueName, queueOptions(connection, keys), backends);
  await queue.waitUntilReady();
  const workers: { close(force: boolean): Promise<void> }[] = [];
  return {
    async enqueue(tasks) {
      const opts = { removeOnComplete: keep };
      await queue.addBulk(tasks.map((task) => ({ name: "noop", data: task, opts })));
    },
    async work(concurrency, handle) {
      const options = { connection, prefix: keys.queuePrefix, concurrency };
      const worker = new Worker<BenchTask>(keys.queueName, (job) => handle(job.data), options, backends);
      workers.push(worker);
      await worker.waitUntilReady();
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close(true)));
      await queue.close();
      connection.disconnect();
    },
  };
}
