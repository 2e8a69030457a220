import { type Job, RATE_LIMIT_ERROR, UnrecoverableError, WaitingError } from "bullmq";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { NextState } from "../attempt/next-state.ts";
import type { Task } from "../task.ts";
import type { TakenTask } from "./taken-task.ts";

/** The kind of backoff whose delay {@link RetryLater} carries; see `retryDelayMs`. */
const backoffType = "switchyard";

class RetryLater extends Error {
  readonly delayMs: number;

  constructor(message: string, delayMs: number) {
    super(message);
    this.delayMs = delayMs;
  }
}

/** BullMQ's backoff strategy: the delay was decided where the ending was. */
export function retryDelayMs(error: Error | undefined): number {
  return error instanceof RetryLater ? error.delayMs : 1_000;
}

/**
 * The verdict is ours, BullMQ carries it out: the job's own `attempts` and `backoff`, which a producer of its own may have
 * left out, are replaced in memory by what was decided.
 */
export async function refusalOf(
  taken: TakenTask,
  next: Exclude<NextState, { readonly status: "succeeded" }>,
  task: Task,
): Promise<Error> {
  const job = taken.job();
  switch (next.status) {
    case "failed":
      return new UnrecoverableError(toldQueue(next.error.message));
    case "cancelled":
      return leaveNoTrace(job);
    case "retrying":
      job.opts.attempts = task.attempts;
      job.opts.backoff = { type: backoffType };
      return new RetryLater(toldQueue(next.error.message), next.delayMs);
    case "queued":
      // To its old place and without counting an attempt. When the lock was lost somebody else has put it back.
      await job.moveToWait(taken.token).catch(() => undefined);
      return new WaitingError("handed back");
    default:
      return unreachable(next);
  }
}

/** BullMQ takes one message for a command, to put the job back and wait, and a handler may fail with any. */
export function toldQueue(message: string): string {
  return message === RATE_LIMIT_ERROR ? `failed with ${message}` : message;
}

/** A cancelled task is not among the failed ones. */
export function leaveNoTrace(job: Job<unknown>): Error {
  job.opts.removeOnFail = true;
  return new UnrecoverableError("cancelled");
}
