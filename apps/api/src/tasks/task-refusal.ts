import type { TaskRejection } from "@switchyard/tasks/task-rejection";
import { ApiError, type ApiErrorCode } from "../errors/api-error.ts";

const codes = {
  field_invalid: "invalid_request",
  data_too_large: "body_too_large",
  group_full: "group_full",
  acts_full: "acts_full",
  idempotency_conflict: "idempotency_conflict",
} as const satisfies Record<TaskRejection["code"], ApiErrorCode>;

/** Why the queue refused, as callers of the api are told. */
export function fromTaskRejection(rejection: TaskRejection): ApiError {
  const { code, publicMessage, field } = rejection;
  return new ApiError(codes[code], publicMessage, { field, cause: rejection });
}

/** No task, or none any more. */
export function taskUnknown(): ApiError {
  return new ApiError("task_unknown", "no task has this id, or its record has expired (resultTtlMs)");
}

/** @param status undefined: it has no record, and waits or runs */
export function taskNotFailed(status: string | undefined, done: string): ApiError {
  const state = status === undefined ? "waits or runs" : `is \`${status}\``;
  return new ApiError("task_not_failed", `the task ${state}; only one that failed can be ${done}`);
}
