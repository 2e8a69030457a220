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
  /** Notes of attempts that did not succeed at once; 0: none. */
  readonly attemptsKept: number;
  /** Of what a handler says in each of them. */
  readonly logMaxBytes: number;
}

export function createTaskPolicy(tasks: Settings["tasks"], handlers: Settings["handlers"]): TaskPolicy {
  const defaults: TaskDefaults = {
    attempts: tasks.attempts,
    backoff: { delayMs: parseDurationMs(tasks.backoff), kind: "exponential" },
    timeoutMs: parseDurationMs(tasks.timeout),
    resultTtlMs: parseDurationMs(tasks.result_ttl),
    attemptsKept: tasks.attempts_kept,
    logMaxBytes: tasks.log_max_bytes,
  };
  const byHandler = new Map(
    Object.entries(handlers).map(([name, { attempts, timeout, attempts_kept, log_max_bytes }]) => [
      name,
      {
        ...defaults,
        attempts: attempts ?? defaults.attempts,
        timeoutMs: timeout === undefined ? defaults.timeoutMs : parseDurationMs(timeout),
        attemptsKept: attempts_kept ?? defaults.attemptsKept,
        logMaxBytes: log_max_bytes ?? defaults.logMaxBytes,
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
