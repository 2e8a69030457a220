/**
 * Numbers a double cannot hold (64-bit ids of PHP, Java and Go producers) would be rounded by `JSON.parse` without a word. They
 * are kept as their source text instead (`JSON.rawJSON`) and written out again unchanged.
 */
export function parseExactJson(text: string): unknown {
  if (!hasLongNumber(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    if (typeof value !== "number" || source === undefined || JSON.stringify(value) === source) return value;
    return rawJson(source);
  });
}

/** The shortest text of a number that may not survive a double has 16 significant digits. */
export function hasLongNumber(text: string): boolean {
  return /\d[\d.]{15}/.test(text);
}

/** In every Node this runs on; not yet in TypeScript's library. */
function rawJson(source: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source);
}
