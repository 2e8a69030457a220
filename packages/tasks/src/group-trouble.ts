import type { TaskId } from "@switchyard/protocol/task-id";
import { cutText } from "@switchyard/runtime/cut-text";
import type { GroupName } from "./group-name.ts";

/**
 * What stands still or has failed for good, over all groups: what a person is asked to look at. Read at a cost that does not grow with
 * the queue, so it may be told in part, and says so.
 */
export interface GroupTrouble {
  /** By Redis' clock, for ages that no other clock can be trusted with. */
  readonly readAtMs: number;
  /** Why Redis takes no writes although it can be read; null: it takes them. */
  readonly refusal: Refusal | null;
  /** By whom all of the queue is paused, which only dashboards and BullMQ clients do; null: it is not. */
  readonly queuePaused: string | null;
  /** Up to {@link pausedReadMax}, those with most waiting first. */
  readonly paused: readonly PausedGroup[];
  /** Groups or their settings are so many that not all of them were looked at. */
  readonly isPausedPartial: boolean;
  /** Those that failed for good within a week, over all groups. */
  readonly dead: number;
  /** What the newest {@link lettersReadMax} of them failed with, those with most first. */
  readonly failures: readonly FailureKind[];
  /** Up to {@link deadGroupsReadMax}, those first in which something has failed last. Exact, however many have failed elsewhere. */
  readonly deadGroups: readonly DeadGroup[];
  /** More groups than that have dead letters. */
  readonly isDeadPartial: boolean;
}

/** It has reached its `maxmemory`, is a replica for the moment, cannot save to its disk, or says something else. */
export type Refusal = "full" | "replica" | "disk" | "other";

/** A group with dead letters. */
export interface DeadGroup {
  readonly group: GroupName;
  readonly count: number;
  readonly newest: FailureKind;
}

export interface PausedGroup {
  readonly group: GroupName;
  /** For people. */
  readonly reason: string;
  readonly waiting: number;
  /** Since when it stands still; null: an older version has paused it. */
  readonly pausedAtMs: number | null;
  /** Whose act it was; null: the hub's own, by `pauseAfter`, or nobody knows. */
  readonly pausedBy: string | null;
}

/** Dead letters of a group that failed alike: texts that differ in their numbers only are alike. */
export interface FailureKind {
  readonly group: GroupName;
  readonly handler: string;
  /** Of the newest, its first line. */
  readonly reason: string;
  readonly count: number;
  readonly newestId: TaskId;
  readonly newestAtMs: number;
}

/** Who sees some groups only is told of these among them, so they are more than any page shows. */
export const pausedReadMax = 1_000;
export const lettersReadMax = 100;
export const deadGroupsReadMax = 200;

const reasonMaxLength = 160;

/** The first line of why a task failed, for lists. Bytes may have been cut, so the last character may be a part of one. */
export function firstLineOf(reason: string): string {
  // Space as Lua knows it, which no-break and ideographic spaces are not.
  const [line = ""] = reason.replace(/^[ \t-\r]+/, "").split("\n", 1);
  return cutText(line.replace(/\uFFFD+$/, ""), reasonMaxLength);
}

/**
 * Reasons of one kind differ in their numbers only; numbers that are codes, at the beginning or behind a word such as `status`, are no such
 * numbers: what answered 404 is not mended by what mends a 503. The same as kindOf() in read-heads.lua, which looks at the beginning of
 * longer ones.
 */
export function failureKindOf(reason: string): string {
  const line = firstLineOf(reason);
  return line.replaceAll(/\d+/g, (digits, at: number) => (isCode(line, at) ? digits : "0"));
}

const codeWords: ReadonlySet<string> = new Set(["code", "errno", "exit", "http", "smtp", "status"]);
/** A word and what is between it and its number are no longer. */
const codeWordMaxCharacters = 16;

function isCode(line: string, at: number): boolean {
  const before = line.slice(Math.max(0, at - codeWordMaxCharacters), at);
  const [, word = ""] = /([A-Za-z]+)[ :=/#(]*$/.exec(before) ?? [];
  return at === 0 || codeWords.has(word.toLowerCase()) || /HTTP\/[\d.]+ $/.test(before);
}
