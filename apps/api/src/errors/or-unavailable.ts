import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { HubError } from "@switchyard/protocol/hub-error";
import { fateOf, isAnswer } from "@switchyard/redis/command-fate";
import { redisFailure } from "@switchyard/redis/plain-words";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { ApiError } from "./api-error.ts";

/**
 * A call that reads from Redis as the caller of the api sees it: its answer, a refusal we understand, or why Redis gave none. Redis
 * adapters fail within 2 s, so a 503 comes while the caller still waits for it; the cause goes to the log.
 */
export async function orUnavailable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw failureOfReading(error);
  }
}

/** What {@link orUnavailable} throws. */
export function failureOfReading(error: unknown): unknown {
  return told(error, unavailable);
}

/** The same for a call that writes: where the answer was lost on its way, nobody knows whether it was done, and that is said. */
export async function orOutcomeUnknown<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw failureOfWriting(error);
  }
}

/** What {@link orOutcomeUnknown} throws. */
export function failureOfWriting(error: unknown): unknown {
  return told(error, outcomeUnknown);
}

/**
 * What Redis has answered is never told as an answer that is missing: who is told to repeat what fails each time repeats it for ever.
 * `unanswered` makes the error for where there was none.
 */
function told(error: unknown, unanswered: (error: unknown) => ApiError): unknown {
  if (!isOfRedis(error)) return error;
  // The error that the broker and the inbox have for every failure has what happened as its cause; the queue's is what happened.
  const cause = error instanceof HubError ? error.cause : error;
  const fate = fateOf(cause);
  if (fate === "unknown") return unanswered(error);
  if (fate === "failed") return failed(error);
  return isAnswer(cause) ? refused(error, cause) : unavailable(error);
}

function isOfRedis(error: unknown): boolean {
  if (error instanceof HubError) return error.temporary && error.cause !== undefined;
  const isRefusal = [TaskRejection, InboxRejection, ApiError].some((kind) => error instanceof kind);
  // A defect of ours must not be told as an outage.
  const isDefect = [TypeError, RangeError, SyntaxError, ReferenceError].some((kind) => error instanceof kind);
  return !isRefusal && !isDefect;
}

function unavailable(cause: unknown): ApiError {
  return new ApiError("unavailable", "Redis does not answer, and nothing was done; try again", { cause });
}

/** Full, a replica, loading, without its disk: in the words of docs/troubleshooting.md where it has some. */
function refused(error: unknown, answer: Error): ApiError {
  const words = redisFailure(answer);
  const reason = words.startsWith("Redis ") ? words : "Redis refuses this for now";
  return new ApiError("unavailable", `${reason}, and nothing was done; try again`, { cause: error, redis: "refuses" });
}

function failed(cause: unknown): ApiError {
  const message = "Redis has answered with an error, which repeating this does not mend; the log has the cause";
  return new ApiError("internal", message, { cause });
}

function outcomeUnknown(cause: unknown): ApiError {
  return new ApiError(
    "outcome_unknown",
    "not all of it was answered by Redis in time, so this may or may not have been done; repeat it with its idempotency key, or look first",
    { cause },
  );
}
