import { errorText } from "@switchyard/runtime/error-text";
import type { Attempt, Outcome, RunAttempt } from "../task-worker.ts";

/** How an execution ended: as an attempt, or not at all: its worker had to stop or lost the task, or the task was cancelled. */
export type Ending = Outcome | { readonly kind: "interrupted" } | { readonly kind: "cancelled" };

/** The reason an attempt is interrupted with when its task has been cancelled. */
export class TaskCancelled extends Error {
  override readonly name = "TaskCancelled";
}

export interface AttemptBounds {
  readonly timeoutMs: number;
  /** What a handler gets to put its things in order after the signal; then nobody waits for it any more. */
  readonly graceMs: number;
  /** Aborted when the task was lost or cancelled ({@link TaskCancelled}), or the worker must stop. */
  readonly interrupted: AbortSignal;
}

// A longer timer would fire at once.
const timerMaxMs = 2_147_483_647;

/**
 * Runs one attempt and always comes back, by the timeout and the grace at the latest, whatever the handler does.
 *
 * After a timeout the attempt has failed even if the handler still returns something: a bound that sometimes holds is none.
 * After a cancellation nothing counts any more.
 * After an interruption a result that comes within the grace counts, because running the task again would repeat its
 * effects.
 */
export async function runWithin(
  run: RunAttempt,
  attempt: Omit<Attempt, "signal">,
  { timeoutMs, graceMs, interrupted }: AttemptBounds,
): Promise<Ending> {
  if (interrupted.aborted) return endingOf(interrupted.reason);
  const controller = new AbortController();
  const overdue = Promise.withResolvers<Ending>();
  let aborted: Ending | undefined;
  let graceTimer: NodeJS.Timeout | undefined;
  const abort = (ending: Ending, reason: unknown) => {
    if (aborted !== undefined) return;
    aborted = ending;
    controller.abort(reason);
    graceTimer = setTimeout(overdue.resolve, graceMs, ending);
  };
  const timedOut: Ending = {
    kind: "failed",
    code: "timeout",
    message: `took longer than ${timeoutMs} ms`,
    final: false,
  };
  const onInterrupt = () => abort(endingOf(interrupted.reason), interrupted.reason);
  // The error AbortSignal.timeout has: a handler can tell being too slow from being cancelled.
  const onTimeout = () => abort(timedOut, new DOMException(timedOut.message, "TimeoutError"));
  const timer = setTimeout(onTimeout, Math.min(timeoutMs, timerMaxMs));
  interrupted.addEventListener("abort", onInterrupt, { once: true });
  try {
    const ending = await Promise.race([settle(run, { ...attempt, signal: controller.signal }), overdue.promise]);
    if (aborted === undefined || (aborted.kind === "interrupted" && ending.kind === "succeeded")) return ending;
    // What one that ran out of time has to say of it explains the timeout.
    if (aborted.kind !== "failed" || ending.kind !== "failed" || ending.detail === undefined) return aborted;
    return { ...aborted, detail: ending.detail };
  } finally {
    clearTimeout(timer);
    clearTimeout(graceTimer);
    interrupted.removeEventListener("abort", onInterrupt);
  }
}

function endingOf(reason: unknown): Ending {
  return { kind: reason instanceof TaskCancelled ? "cancelled" : "interrupted" };
}

async function settle(run: RunAttempt, attempt: Attempt): Promise<Outcome> {
  try {
    return await run(attempt);
  } catch (error) {
    return { kind: "failed", code: "handler_failed", message: errorText(error), final: false };
  }
}
