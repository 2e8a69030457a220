import { Queue, Worker } from "groupmq";
import { Redis } from "ioredis";
import { keep, type BenchTask, type TaskContender } from "./task-contender.ts";

/** npm `groupmq`: a queue of its own with groups of concurrency 1. */
export async function openGroupmq(redisUrl: string): Promise<TaskContender> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue<BenchTask>({ redis, namespace: "bench", keepCompleted: keep.count });
  const workers: Worker<BenchTask>[] = [];
  return {
    async enqueue(tasks) {
      // It has no bulk call; its commands leave together all the same.
      await Promise.all(tasks.map((data) => queue.add({ groupId: data.group, data })));
    },
    async work(concurrency, handle) {
      const worker = new Worker<BenchTask>({ queue, concurrency, handler: (job) => handle(job.data) });
      workers.push(worker);
      // Resolves when it ends.
      void worker.run();
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close(1_000)));
      redis.disconnect();
    },
  };
}
