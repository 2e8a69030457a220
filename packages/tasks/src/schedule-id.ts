import { TaskRejection } from "./task-rejection.ts";

declare const brand: unique symbol;
/** The id of a schedule, checked: its owner chose it, and keys in Redis are made of it. */
export type ScheduleId = string & { readonly [brand]: "ScheduleId" };

/** @throws TaskRejection naming `id`. */
export function parseScheduleId(text: string): ScheduleId {
  if (/^[A-Za-z0-9._-]{1,128}$/.test(text) && text !== "." && text !== "..") return text as ScheduleId;
  const problem = "must be 1 to 128 of A-Z, a-z, 0-9, `.`, `_` and `-`, and not `.` or `..`, which no path can end in";
  throw new TaskRejection("field_invalid", "id", problem);
}
