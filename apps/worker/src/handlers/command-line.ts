import { errorText } from "@switchyard/runtime/error-text";
import type { Line } from "./read-lines.ts";
import { readResult } from "./task-exchange.ts";

/** A line a command wrote for us. */
export type CommandLine =
  /** `problem`: why its message is left out. */
  | {
      readonly kind: "progress";
      readonly percent: number;
      readonly message: string | undefined;
      readonly problem?: string | undefined;
    }
  | { readonly kind: "result"; readonly result: unknown }
  /** A result that cannot be kept, and why. */
  | { readonly kind: "unreadable"; readonly problem: string };

/** Of a line that has not been read to its end: whether it can become one of ours. */
export function mayBeCommandLine(text: string): boolean {
  return text.trimStart().startsWith("{");
}

/**
 * Undefined for every line that is not one of ours: programs print what they like. One that was meant as a result and is not
 * JSON (`NaN`, which Python writes, or single quotes) is no such line: the program's work would be lost without a word.
 */
export function parseCommandLine({ text, isUtf8 }: Pick<Line, "text" | "isUtf8">): CommandLine | undefined {
  if (!mayBeCommandLine(text)) return undefined;
  let line: { readonly progress?: unknown; readonly message?: unknown; readonly result?: unknown };
  try {
    line = JSON.parse(text) as typeof line;
  } catch (error) {
    // Between the letters of a line in UTF-16 stand zero bytes.
    if (!/["']result["']\s*:/.test(text.replaceAll("\0", ""))) return undefined;
    return { kind: "unreadable", problem: `its line with the result is not JSON: ${errorText(error)}` };
  }
  const { progress, message, result } = line;
  // A null result is a result.
  if (result !== undefined) return isUtf8 ? resultOf(text) : { kind: "unreadable", problem: `its result ${notUtf8}` };
  if (typeof progress !== "number") return undefined;
  if (!isUtf8) return { kind: "progress", percent: progress, message: undefined, problem: `its message ${notUtf8}` };
  return { kind: "progress", percent: progress, message: typeof message === "string" ? message : undefined };
}

/** Decoded it would be something else, a file's name that names no file, and nobody would be told. */
const notUtf8 = "is not UTF-8; encode it so, or as JSON with escapes for all but ASCII";

/** Read once more, because a double does not hold every number of it. */
function resultOf(text: string): CommandLine {
  const read = readResult(text, 1);
  if ("problem" in read) return { kind: "unreadable", problem: read.problem };
  return { kind: "result", result: (read.result as { readonly result: unknown }).result };
}
