import { isTaskId, type TaskId } from "@switchyard/protocol/task-id";
import { TaskRejection } from "./task-rejection.ts";

/**
 * The id in a path or a message. A text that no task can be called is refused here: the queue keeps names of its own beside
 * its jobs, and `meta` in place of an id would be its settings.
 * @throws TaskRejection naming `field`.
 */
export function parseTaskId(text: string, field = "id"): TaskId {
  if (isTaskId(text)) return text;
  throw new TaskRejection("field_invalid", field, "is not a task's id; send the one that the answer to enqueueing had");
}

declare const brand: unique symbol;
/** The id of a schedule, checked: its owner chose it, and keys in Redis are made of it. */
export type ScheduleId = string & { readonly [brand]: "ScheduleId" };

/** @throws TaskRejection naming `id`. */
export function parseScheduleId(text: string): ScheduleId {
  if (/^[A-Za-z0-9._-]{1,128}$/.test(text) && text !== "." && text !== "..") return text as ScheduleId;
  const problem = "must be 1 to 128 of A-Z, a-z, 0-9, `.`, `_` and `-`, and not `.` or `..`, which no path can end in";
  throw new TaskRejection("field_invalid", "id", problem);
}
