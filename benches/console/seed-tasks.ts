import { setTimeout as wait } from "node:timers/promises";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import { createBullWorker } from "@switchyard/tasks/bullmq-worker";
import type { EnqueueRequest, TaskQueue } from "@switchyard/tasks/task-queue";

/** What lies in Redis while pages are looked at. */
export interface Stock {
  readonly tasks: number;
  readonly groups: number;
  readonly handlers: number;
}

export interface SeededStock {
  /** Of one task among all. */
  readonly rareId: string;
  readonly rareUser: string;
  /** One that has much of everything. */
  readonly group: string;
  readonly handler: string;
}

const reasons = ["smtp timeout after 30 s", "550 no such mailbox", "connection reset by peer", "no disk"];
const patienceMs = 90_000;
const rareUser = "the-only-one";

/** Two fifths have failed, by attempts that were made; the rest waits, a tenth of it for a time. */
export async function seedTasks(redisUrl: string, { tasks, groups, handlers }: Stock): Promise<SeededStock> {
  const settings = checkSettings({});
  const logger = createLogger({ app: "bench", level: "silent" });
  const common = { redis: { url: redisUrl, prefix: "sy" }, logger, settings: settings.tasks, handlers: {} };
  const queue = await createBullQueue(common);
  const requestOf = (index: number): EnqueueRequest => ({
    handler: `handler-${index % handlers}`,
    group: `group-${index % groups}`,
    user: `user-${index % 5_000}`,
    data: reasons[index % reasons.length],
    attempts: 1,
  });
  try {
    const failed = Math.floor(tasks * 0.4);
    const worker = await createBullWorker({
      ...common,
      concurrency: 200,
      run: ({ task }) =>
        Promise.resolve({ kind: "failed", code: "handler_failed", message: String(task.data), final: true }),
      graceMs: 100,
      onSettled: () => undefined,
    });
    worker.start();
    await enqueueAll(queue, failed, requestOf);
    await untilFailed(queue, failed);
    await worker.close();
    await enqueueAll(queue, tasks - failed - 1, (index) => ({
      ...requestOf(index),
      ...(index % 10 === 0 && { delayMs: 3_600_000 + index }),
    }));
    // The newest lies at the far end of the order in which a search goes.
    const rare = await queue.enqueue({ ...requestOf(0), user: rareUser, delayMs: 86_400_000 });
    return { rareId: rare.task.id, rareUser, group: "group-7", handler: "handler-7" };
  } finally {
    await queue.close();
  }
}

async function enqueueAll(queue: TaskQueue, count: number, requestOf: (index: number) => EnqueueRequest) {
  for (let from = 0; from < count; from += 1_000) {
    const length = Math.min(1_000, count - from);
    await queue.enqueueMany(Array.from({ length }, (_, index) => requestOf(from + index)));
  }
}

async function untilFailed(queue: TaskQueue, count: number): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs) {
    if ((await queue.bulkActs.count({ act: "retry", filter: {} })).matched >= count) return;
    await wait(200);
  }
  throw new Error(`fewer than ${count} tasks have failed within ${patienceMs} ms`);
}
