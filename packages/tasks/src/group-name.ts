import { createHash } from "node:crypto";

const groupMaxLength = 128;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for.
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

/** Undefined when the name can be used, else what it must be. The empty name is the group of the ungrouped. */
export function groupNameProblem(group: string): string | undefined {
  if (group.length > groupMaxLength)
    return `must have ${groupMaxLength} characters or fewer; shorten it or send a hash of it`;
  if (controlCharacter.test(group)) return "must not contain control characters";
  return undefined;
}

/**
 * The group of a task that came past our door, whatever its producer wrote there. A name that cannot be used becomes its
 * hash: the tasks still share one lane and keep their order, which refusing them this late could not give.
 */
export function foreignGroupName(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return "";
  if (groupNameProblem(value) === undefined) return value;
  // SHA-1 because that is what a script in Redis can compute, too: bullmq/groups/chunks/ingest.lua has the same function.
  return `sha1-${createHash("sha1").update(value).digest("hex")}`;
}
