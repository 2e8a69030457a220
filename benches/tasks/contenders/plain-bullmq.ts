import { Queue, Worker } from "bullmq";
import type { BenchTask, TaskContender } from "./task-contender.ts";
import { keep } from "./task-contender.ts";

/** BullMQ as it comes: one list, no groups. What ours is built on, so the measure of what groups and records cost. */
export async function openPlainBullmq(redisUrl: string): Promise<TaskContender> {
  const connection = { url: redisUrl, maxRetriesPerRequest: null };
  const queue = new Queue<BenchTask>("plain", { connection });
  await queue.waitUntilReady();
  const workers: Worker<BenchTask>[] = [];
  return {
    async enqueue(tasks) {
      const opts = { removeOnComplete: keep };
      await queue.addBulk(tasks.map((task) => ({ name: "noop", data: task, opts })));
    },
    async work(concurrency, handle) {
      const worker = new Worker<BenchTask>("plain", (job) => handle(job.data), { connection, concurrency });
      workers.push(worker);
      await worker.waitUntilReady();
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close(true)));
      await queue.close();
    },
  };
}
