import { createHash } from "node:crypto";
import { isExactNumber } from "@switchyard/protocol/exact-json";
import { TaskRejection } from "./task-rejection.ts";
import { controlCharacter } from "@switchyard/protocol/id-fault";

declare const brand: unique symbol;
/**
 * The name of a group, checked; empty: the group of the ungrouped. Whatever makes a name in Redis of a group takes this and
 * no plain text.
 */
export type GroupName = string & { readonly [brand]: "GroupName" };

/** In place of a name: all groups without settings of their own. They can be configured, and nothing else. */
export const allGroups = "*";
/** The group of tasks without a group. */
export const ungrouped = "" as GroupName;

/**
 * Before a host: the lane of the calls that tell it of settled tasks (`callbackUrl`). Tasks of others are refused there
 * (acceptRequest) or get another lane ({@link foreignGroupName}); whoever operates the hub may pause, set and redrive it as any
 * other.
 */
export const callbackGroupPrefix = "callback:";
/** Before an app and a place: the lane of a receiver of the app's webhooks, closed in the same way. */
export const webhookGroupPrefix = "webhook:";
const closedPrefixes = [callbackGroupPrefix, webhookGroupPrefix];

const groupMaxLength = 128;
/**
 * What a path means something else by: `-` are the ungrouped there and `*` all groups, and every client leaves out the
 * other two, percent-encoded or not. A group of such a name could not be asked for, paused or cancelled.
 */
const taken: ReadonlySet<string> = new Set(["-", allGroups, ".", ".."]);

/** @throws TaskRejection naming `field`. */
export function parseGroupName(text: string, field = "group"): GroupName {
  const problem = groupNameProblem(text);
  if (problem === undefined) return text as GroupName;
  throw new TaskRejection("field_invalid", field, problem);
}

/** Undefined when the name can be used, else what it must be. The empty name is the group of the ungrouped. */
function groupNameProblem(text: string): string | undefined {
  if (text.length > groupMaxLength)
    return `must have ${groupMaxLength} characters or fewer; shorten it or send a hash of it`;
  if (controlCharacter.test(text)) return "must not contain control characters";
  if (!text.isWellFormed()) return "must be valid Unicode, without half surrogate pairs";
  if (taken.has(text)) return "must not be `-`, `*`, `.` or `..`, which mean something else in a path";
  return undefined;
}

/**
 * The group of a task that came past our door, whatever its producer wrote there. A name that cannot be used becomes its
 * hash: the tasks still share one lane and keep their order, which refusing them this late could not give.
 */
export function foreignGroupName(value: unknown): GroupName {
  if (typeof value === "number") return String(value) as GroupName;
  // Two numbers that differ in digits JavaScript has none for are two groups.
  if (isExactNumber(value)) return parseGroupName(JSON.stringify(value));
  if (typeof value !== "string") return ungrouped;
  const isClosed = closedPrefixes.some((prefix) => value.startsWith(prefix));
  if (groupNameProblem(value) === undefined && !isClosed) return value as GroupName;
  // SHA-1 because that is what a script in Redis can compute, too: bullmq/groups/chunks/names.lua has the same function.
  return `sha1-${createHash("sha1").update(value).digest("hex")}` as GroupName;
}
