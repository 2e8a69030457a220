import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Settings } from "@switchyard/runtime/settings";
import type { Backoff } from "./task.ts";

/**
 * What applies to a task that does not say: its handler's own value where the catalog has one, else the default of all
 * tasks. Producers and workers ask the same policy, so that a record shows the bounds its attempts really have.
 */
export interface TaskPolicy {
  of(handler: string): TaskDefaults;
  readonly dataMaxBytes: number;
  readonly resultMaxBytes: number;
  /** Without a secret nobody is called back. */
  readonly canSign: boolean;
  /** A worker silent for so long has lost its tasks. */
  readonly lockDurationMs: number;
  /** Tasks wait for so long for a worker that has their handler, while workers run. */
  readonly handlerWaitMs: number;
}

export interface TaskDefaults {
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly timeoutMs: number;
  readonly resultTtlMs: number;
}

export function createTaskPolicy(tasks: Settings["tasks"], handlers: Settings["handlers"]): TaskPolicy {
  const defaults: TaskDefaults = {
    attempts: tasks.attempts,
    backoff: { delayMs: parseDurationMs(tasks.backoff), kind: "exponential" },
    timeoutMs: parseDurationMs(tasks.timeout),
    resultTtlMs: parseDurationMs(tasks.result_ttl),
  };
  const byHandler = new Map(
    Object.entries(handlers).map(([name, { attempts, timeout }]) => [
      name,
      {
        ...defaults,
        attempts: attempts ?? defaults.attempts,
        timeoutMs: timeout === undefined ? defaults.timeoutMs : parseDurationMs(timeout),
      },
    ]),
  );
  return {
    of: (handler) => byHandler.get(handler) ?? defaults,
    dataMaxBytes: tasks.data_max_bytes,
    resultMaxBytes: tasks.result_max_bytes,
    canSign: tasks.signing_secret !== "",
    lockDurationMs: parseDurationMs(tasks.lock_duration),
    handlerWaitMs: parseDurationMs(tasks.handler_wait),
  };
}
