import type { Logger } from "@switchyard/runtime/logger";
import type { NextState } from "./next-state.ts";
import type { Ending } from "./run-within.ts";

export interface AttemptEnd {
  /** Absent when its handler was never called. */
  readonly ending?: Ending;
  readonly next: NextState;
  /** The hub's own, to a receiver of others that has failed before. */
  readonly isRepetition?: boolean;
}

/**
 * One line for every failed attempt, whatever kind of handler ran it and however it failed, in the one place all of them pass. The
 * logger's fields name task, handler and attempt.
 *
 * An attempt that was cancelled, or interrupted because its worker stops, is no failure: its handler has done nothing wrong.
 *
 * A receiver that is down refuses every message some ten times, and nobody can do more about the fifth time than about the first: of
 * a delivery its first refusal is a warning and its end is one, which has the number of attempts.
 */
export function logAttempt({ ending, next, isRepetition = false }: AttemptEnd, logger: Logger): void {
  if (next.status === "queued" || next.status === "cancelled") {
    logger.debug({ status: next.status }, "attempt was aborted");
    return;
  }
  if (next.status === "succeeded") return;
  const detail = ending?.kind === "failed" ? ending.detail : undefined;
  const { code, message: reason } = next.error;
  const retry = next.status === "retrying" ? { retryInMs: next.delayMs } : {};
  const level = isRepetition && next.status === "retrying" ? "debug" : "warn";
  logger[level]({ code, reason, ...retry, ...detail }, "attempt failed");
}
