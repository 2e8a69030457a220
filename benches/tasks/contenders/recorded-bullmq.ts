import {
  type BackendFactory,
  type ConnectionOptions,
  Queue,
  QueueKeys,
  RedisConnection,
  RedisQueueBackend,
  Worker,
} from "bullmq";
import { Redis } from "ioredis";
import { readStockScripts } from "../../../packages/tasks/src/bullmq/groups/stock-scripts.ts";
import { type BenchTask, keep, type TaskContender } from "./task-contender.ts";

/** The result is the record, kept for a day and told: all that BullMQ would have to do to have records at all. */
const record = `redis.call("SET", KEYS[12] .. ":record", ARGV[4], "PX", "86400000")
redis.call("PUBLISH", KEYS[12] .. ":record", ARGV[4])
`;

/** BullMQ as it comes, and two commands more in the script that ends a job: the least that records could cost with it. */
export async function openRecordedBullmq(redisUrl: string): Promise<TaskContender> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const connection = redis as unknown as ConnectionOptions;
  const backends = createBackends(redis);
  const queue = new Queue<BenchTask>("recorded", { connection }, backends);
  await queue.waitUntilReady();
  const workers: { close(force: boolean): Promise<void> }[] = [];
  return {
    async enqueue(tasks) {
      const opts = { removeOnComplete: keep };
      await queue.addBulk(tasks.map((data) => ({ name: "noop", data, opts })));
    },
    async work(concurrency, handle) {
      const worker = new Worker<BenchTask>(
        "recorded",
        (job) => handle(job.data),
        { connection, concurrency },
        backends,
      );
      workers.push(worker);
      await worker.waitUntilReady();
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close(true)));
      await queue.close();
      redis.disconnect();
    },
  };
}

function createBackends(redis: Redis): BackendFactory<RedisQueueBackend> {
  const { keys, content } = readStockScripts().get("moveToFinished");
  const commands = { moveToFinished: { name: "moveToFinished", keys, content: record + content } };
  class RecordedConnection extends RedisConnection {
    protected override loadCommands(...[version, provided]: Parameters<RedisConnection["loadCommands"]>): void {
      // What is there already is not replaced.
      super.loadCommands(version, commands);
      super.loadCommands(version, provided);
    }
  }
  return (name, options, { withBlockingConnection = false } = {}) => {
    const { prefix } = options as { readonly prefix?: string };
    const queueKeys = new QueueKeys(prefix);
    return new RedisQueueBackend(
      new RecordedConnection(redis as unknown as ConnectionOptions, { shared: true, blocking: false }),
      name,
      queueKeys.getKeys(name),
      (type) => queueKeys.toKey(name, type),
      options,
      withBlockingConnection
        ? new RedisConnection(redis.duplicate() as unknown as ConnectionOptions, { shared: false, blocking: true })
        : undefined,
    );
  };
}
