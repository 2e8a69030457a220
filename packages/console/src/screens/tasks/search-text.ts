import type { TaskStatusAnswer } from "../../answers/tasks.ts";
import { isMoment, momentOf, readSearchFields, writeSearchFields } from "../../state/search-fields.ts";

/** What somebody has typed to find tasks, taken apart. */
export interface SearchText {
  readonly id?: string;
  readonly status?: TaskStatusAnswer;
  readonly handler?: string;
  /** `-`: those without a group. */
  readonly group?: string;
  readonly user?: string;
  /** The beginning of why it failed. */
  readonly reason?: string;
  /** As it was typed: `1h`, or a time. */
  readonly since?: string;
  /** The same. */
  readonly until?: string;
  /** Parts that mean nothing. */
  readonly unknown: readonly string[];
}

export const taskStatuses = ["queued", "running", "retrying", "succeeded", "failed", "cancelled"] as const;
const fields = ["id", "status", "handler", "group", "user", "reason", "since", "until"] as const;
type Field = (typeof fields)[number];

/**
 * Ids of ours, numbers and UUIDs, as they are without `id:`. Any text can be the id of a task, but words of a log line are none: the page
 * of a task that there is not would be the answer to them.
 */
const bareId = /^[tc]_|\d/;

/** `status:failed handler:mail group:"a b" user:42 since:1h`, or the id of a task. */
export function readSearchText(text: string): SearchText {
  const { found, plain, unknown } = readSearchFields(text, { fields, isFit, isPlain: (word) => bareId.test(word) });
  const id = plain.at(-1) ?? found.id;
  return { ...(found as Omit<SearchText, "unknown">), ...(id !== undefined && { id }), unknown };
}

function isFit(field: Field, value: string): boolean {
  if (field === "status") return taskStatuses.some((status) => status === value);
  return field === "since" || field === "until" ? isMoment(value) : value !== "";
}

/** The question as the api takes it. `since:1h` is an hour before now, so the same text asks for another hour later. */
export function queryOf(
  { unknown, since, until, ...asked }: SearchText,
  nowMs: number,
): Readonly<Record<string, string>> {
  void unknown; // It asks for nothing.
  // One task, whatever it is: the api takes nothing beside its id.
  if (asked.id !== undefined) return { id: asked.id };
  return {
    ...asked,
    ...(since !== undefined && { since: momentOf(since, nowMs) }),
    ...(until !== undefined && { until: momentOf(until, nowMs) }),
  };
}

/** The text with another value of a field, or without it. */
export function withField(text: string, field: Field, value: string | undefined): string {
  const { unknown, ...found } = readSearchText(text);
  const changed: Partial<Record<Field, string>> = { ...found };
  if (value === undefined) delete changed[field];
  else changed[field] = value;
  // A task is found by its id alone.
  if (field !== "id") delete changed.id;
  return [writeSearchFields(fields, changed), ...unknown].filter((part) => part !== "").join(" ");
}
