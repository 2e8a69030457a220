import { TaskRejection } from "./task-rejection.ts";

const limitMax = 1_000;

/** @throws TaskRejection for one that no page can have */
export function checkedLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= limitMax) return limit;
  throw new TaskRejection("field_invalid", "limit", `must be a whole number from 1 to ${limitMax}`);
}

/**
 * A cursor is what an answer had, and nothing that somebody makes.
 * @throws TaskRejection
 */
export function refuseCursor(): never {
  throw new TaskRejection("field_invalid", "cursor", "is not one that was handed out");
}
