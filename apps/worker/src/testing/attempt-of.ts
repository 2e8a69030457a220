import type { Attempt } from "@switchyard/tasks/task-worker";

/** An attempt of a task with this data, and what it reported; for tests of handlers. */
export function attemptOf(data: unknown, options: { handler?: string; signal?: AbortSignal } = {}) {
  const progress: [number, string | undefined][] = [];
  const log: string[] = [];
  const attempt: Attempt = {
    task: {
      id: "t_1" as Attempt["task"]["id"],
      handler: options.handler ?? "test",
      data,
      group: "g" as Attempt["task"]["group"],
      user: "",
      attempts: 3,
      backoff: { delayMs: 1_000, kind: "exponential" },
      timeoutMs: 60_000,
    },
    dataJson: JSON.stringify(data),
    number: 2,
    token: "7",
    signal: options.signal ?? new AbortController().signal,
    progress: (percent, message) => void progress.push([percent, message]),
    log: (text) => void log.push(text),
  };
  return { attempt, progress, log };
}
