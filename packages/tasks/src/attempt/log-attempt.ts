import type { Logger } from "@switchyard/runtime/logger";
import type { NextState } from "./next-state.ts";
import type { Ending } from "./run-within.ts";

export interface AttemptEnd {
  /** Absent when its handler was never called. */
  readonly ending?: Ending;
  readonly next: NextState;
}

/**
 * One line for every failed attempt, whatever kind of handler ran it and however it failed, in the one place all of them pass. The
 * logger's fields name task, handler and attempt.
 *
 * An attempt that was cancelled, or interrupted because its worker stops, is no failure: its handler has done nothing wrong.
 */
export function logAttempt({ ending, next }: AttemptEnd, logger: Logger): void {
  if (next.status === "queued" || next.status === "cancelled") {
    logger.debug({ status: next.status }, "attempt was aborted");
    return;
  }
  if (next.status === "succeeded") return;
  const detail = ending?.kind === "failed" ? ending.detail : undefined;
  const { code, message: reason } = next.error;
  const retry = next.status === "retrying" ? { retryInMs: next.delayMs } : {};
  logger.warn({ code, reason, ...retry, ...detail }, "attempt failed");
}
