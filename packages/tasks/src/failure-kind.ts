import { cutText } from "@switchyard/runtime/cut-text";

const reasonMaxLength = 160;

/** The first line of why a task failed, for lists. Bytes may have been cut, so the last character may be a part of one. */
export function firstLineOf(reason: string): string {
  const [line = ""] = reason.trimStart().split("\n", 1);
  return cutText(line.replace(/\uFFFD+$/, ""), reasonMaxLength);
}

/** Reasons of one kind differ in their numbers only. The same as kindOf() in read-heads.lua, which looks at the beginning of longer ones. */
export function failureKindOf(reason: string): string {
  return firstLineOf(reason).replaceAll(/\d+/g, "0");
}
