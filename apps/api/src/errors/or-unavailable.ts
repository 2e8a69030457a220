import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { HubError } from "@switchyard/protocol/hub-error";
import { mayHaveRun } from "@switchyard/redis/may-have-run";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { ApiError } from "./api-error.ts";

/**
 * A call that reads from Redis as the caller of the api sees it: its answer, a refusal we understand, or 503. Redis adapters
 * fail within 2 s, so the 503 comes while the caller still waits for it; the cause goes to the log.
 */
export async function orUnavailable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw isOutage(error) ? unavailable(error) : error;
  }
}

/** The same for a call that writes: where the answer was lost on its way, nobody knows whether it was done, and that is said. */
export async function orOutcomeUnknown<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!isOutage(error)) throw error;
    // The broker's error for every outage has what happened as its cause; the queue's is what happened.
    throw mayHaveRun(error instanceof HubError ? error.cause : error) ? outcomeUnknown(error) : unavailable(error);
  }
}

function isOutage(error: unknown): boolean {
  if (error instanceof HubError) return error.temporary && error.cause !== undefined;
  const isAnswer = [TaskRejection, InboxRejection, ApiError].some((kind) => error instanceof kind);
  // A defect of ours must not be told as an outage.
  const isDefect = error instanceof TypeError || error instanceof RangeError;
  return !isAnswer && !isDefect;
}

function unavailable(cause: unknown): ApiError {
  return new ApiError("unavailable", "Redis does not answer, and nothing was done; try again", { cause });
}

function outcomeUnknown(cause: unknown): ApiError {
  return new ApiError(
    "outcome_unknown",
    "Redis did not answer in time, so this may or may not have been done; repeat it with its idempotency key, or look first",
    { cause },
  );
}
