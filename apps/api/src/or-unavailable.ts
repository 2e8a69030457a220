import { HubError } from "@switchyard/protocol/hub-error";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { ApiError } from "./api-error.ts";

/**
 * A call to Redis as the caller of the api sees it: its answer, a refusal we understand, or 503. Redis adapters fail within
 * 2 s, so the 503 comes while the caller still waits for it; the cause goes to the log.
 */
export async function orUnavailable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const isAnswer = error instanceof TaskRejection || error instanceof HubError;
    // A defect of ours must not be told as an outage.
    const isDefect = error instanceof TypeError || error instanceof RangeError;
    if (isAnswer || isDefect) throw error;
    throw new ApiError("unavailable", "Redis does not answer; try again", { cause: error });
  }
}
