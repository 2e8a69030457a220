import { readTimeMs } from "@switchyard/protocol/read-time";
import { TaskRejection } from "../task-rejection.ts";

/**
 * A time that has two fields: `at`, a number or ISO 8601, and `atMs`. Undefined when neither is there.
 * @throws TaskRejection naming the field, also when both are there.
 */
export function readEitherTime(fields: Readonly<Record<string, number | string | undefined>>): number | undefined {
  const [first, second] = Object.entries(fields).filter(([, value]) => value !== undefined);
  const [field, value] = first ?? [];
  if (field === undefined || value === undefined) return undefined;
  if (second !== undefined) throw rejection(second[0], `cannot be combined with \`${field}\`; send one of them`);
  const { ms, problem } = readTimeMs(value);
  if (problem !== undefined) throw rejection(field, problem);
  return ms;
}

function rejection(field: string, problem: string): TaskRejection {
  return new TaskRejection("field_invalid", field, problem);
}
