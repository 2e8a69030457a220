import { taskAnnouncement } from "@switchyard/broker/task-announcement";
import { loadSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import { createBullWorker } from "@switchyard/tasks/bullmq-worker";
import { readAnnouncement } from "@switchyard/tasks/record-announcement";
import type { TaskWorker } from "@switchyard/tasks/task-worker";
import type { BenchTask, TaskContender } from "./task-contender.ts";

/** Ours as api and worker compose it, without the catalog: groups, a record per task, and each change of it published. */
export async function openSwitchyard(redisUrl: string): Promise<TaskContender> {
  const settings = loadSettings({ SWITCHYARD_REDIS_URL: redisUrl });
  const { redis, handlers } = settings;
  const common = { redis, handlers, settings: settings.tasks, logger: createLogger({ app: "bench", level: "warn" }) };
  const { file, constants } = taskAnnouncement(redis.prefix);
  const announcement = readAnnouncement(file, constants);
  const queue = await createBullQueue({ ...common, announcement });
  const workers: TaskWorker[] = [];
  return {
    async enqueue(tasks) {
      await queue.enqueueMany(tasks.map((data) => ({ handler: "noop", data, group: data.group })));
    },
    async work(concurrency, handle) {
      const worker = await createBullWorker({
        ...common,
        concurrency,
        announcement,
        run: async ({ task }) => {
          await handle(task.data as BenchTask);
          return { kind: "succeeded", result: null };
        },
        onSettled: () => undefined,
      });
      workers.push(worker);
      worker.start();
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await queue.close();
    },
  };
}
