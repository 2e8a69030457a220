import { quoted } from "../../acts/bulk/filter-text.ts";
import type { TaskStatusAnswer } from "../../answers/tasks.ts";

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

/**
 * `status:failed handler:mail group:"a b" user:42 since:1h`, or the id of a task. A value with spaces stands in quotation marks, and a
 * mark within them behind a `\`. Of a field that is there twice the last counts.
 */
export function readSearchText(text: string): SearchText {
  const found: Partial<Record<Field, string>> = {};
  const unknown: string[] = [];
  for (const [part, name, inMarks, plain] of text.matchAll(/(?:(\w+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const value = inMarks?.replaceAll(/\\(["\\])/g, "$1") ?? plain ?? "";
    const isBareId = plain !== undefined && bareId.test(plain);
    const field = name === undefined ? (isBareId ? "id" : undefined) : fields.find((one) => one === name.toLowerCase());
    // A quotation mark that is not closed: what follows its first word would be lost.
    if (field === undefined || plain?.startsWith('"') || !isFit(field, value)) unknown.push(part);
    else found[field] = value;
  }
  return { ...(found as Omit<SearchText, "unknown">), unknown };
}

function isFit(field: Field, value: string): boolean {
  if (field === "status") return taskStatuses.some((status) => status === value);
  if (field === "since" || field === "until") return spanOf(value) !== undefined || !Number.isNaN(Date.parse(value));
  return value !== "";
}

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function spanOf(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * unitsMs[unit as keyof typeof unitsMs];
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

function momentOf(text: string, nowMs: number): string {
  const span = spanOf(text);
  return String(span === undefined ? Date.parse(text) : nowMs - span);
}

/** The text with another value of a field, or without it. */
export function withField(text: string, field: Field, value: string | undefined): string {
  const { unknown, ...found } = readSearchText(text);
  const changed: Partial<Record<Field, string>> = { ...found };
  if (value === undefined) delete changed[field];
  else changed[field] = value;
  // A task is found by its id alone.
  if (field !== "id") delete changed.id;
  const parts = fields.filter((one) => changed[one] !== undefined).map((one) => `${one}:${quoted(changed[one] ?? "")}`);
  return [...parts, ...unknown].join(" ");
}
