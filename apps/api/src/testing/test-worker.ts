import { parseExactJson } from "@switchyard/protocol/exact-json";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createBullWorker } from "@switchyard/tasks/bullmq-worker";
import type { Attempt } from "@switchyard/tasks/task-worker";

export interface TestWorker {
  /** The data of what has started, in its order. */
  readonly started: readonly unknown[];
  close(): Promise<void>;
}

/**
 * A worker in this process for the tasks of a test api. It runs a task by its data, or by the data of what it would publish: `"fail"`
 * fails, `"fail once"` fails the first time, `"hang"` ends when it is cancelled, anything else is given back as it was written.
 */
export async function startTestWorker(redisUrl: string): Promise<TestWorker> {
  const { redis, tasks, handlers } = checkSettings({ redis: { url: redisUrl } });
  const started: unknown[] = [];
  const seen = new Set<string>();
  const worker = await createBullWorker({
    redis,
    logger: createLogger({ app: "test", level: "silent" }),
    settings: tasks,
    handlers,
    concurrency: 10,
    graceMs: 100,
    onSettled: () => undefined,
    async run({ task: { id, data }, dataJson, signal }: Attempt) {
      started.push(data);
      const isFirst = !seen.has(id);
      seen.add(id);
      const word = (data as { data?: unknown } | null)?.data ?? data;
      if (word === "fail" || (data === "fail once" && isFirst)) throw new Error("no disk");
      if (data === "hang") await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return { kind: "succeeded", result: parseExactJson(dataJson) };
    },
  });
  worker.start();
  return { started, close: () => worker.close() };
}
