import type { StockScript } from "./stock-scripts.ts";

/**
 * A stock script as a function whose parameters hide the script's own KEYS and ARGV, so it can be called with others, more than
 * once, and at any place.
 *
 * A stock script begins with functions of its own, some forty in the longest, which are made at each call. With `isRepeated` they are made
 * once, at the first call: where a script ends many attempts, that saves a tenth of its time, and all of it where none is needed.
 */
export function stockFunction(
  { name, content }: StockScript,
  { isRepeated }: { readonly isRepeated: boolean },
): string {
  if (!isRepeated) return `stock.${name} = function(KEYS, ARGV)\n${content}\nend`;
  const { head, body } = splitStock(content);
  const once = `if not made then\n${head}\nmade = function(KEYS, ARGV)\n${body}\nend\nend`;
  return `do\nlocal made\nstock.${name} = function(KEYS, ARGV)\n${once}\nreturn made(KEYS, ARGV)\nend\nend`;
}

/** The lines before the first one that uses KEYS or ARGV, and the others: what comes before does not depend on either. */
export function splitStock(content: string): { readonly head: string; readonly body: string } {
  const lines = content.split("\n");
  const first = lines.findIndex((line, index) => isUse(line) && !isWithinComment(lines, index));
  // Not at the outermost level there is nothing to cut at.
  const at = /^\S/.test(lines[first] ?? "") ? first : 0;
  return { head: lines.slice(0, at).join("\n"), body: lines.slice(at).join("\n") };
}

function isUse(line: string): boolean {
  return /\b(?:KEYS|ARGV)\b/.test(line.replace(/--.*$/, ""));
}

function isWithinComment(lines: readonly string[], index: number): boolean {
  const before = lines.slice(0, index).join("\n");
  return before.lastIndexOf("--[[") > before.lastIndexOf("]]");
}
