import { readEitherTimeMs } from "@switchyard/protocol/read-time";
import { TaskRejection } from "../task-rejection.ts";

/**
 * A time that has two fields: `at`, a number or ISO 8601, and `atMs`. Undefined when neither is there.
 * @throws TaskRejection naming the field, also when both are there.
 */
export function readEitherTime(fields: Readonly<Record<string, number | string | undefined>>): number | undefined {
  const time = readEitherTimeMs(fields);
  if (time?.problem === undefined) return time?.ms;
  throw new TaskRejection("field_invalid", time.field, time.problem);
}
