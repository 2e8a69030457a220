/**
 * Whether an object in a JSON text may name a key twice, `value` being what the text was parsed to: then there are more keys in the text.
 * True also where a text within it looks like the end of a key; never false for one with duplicates.
 */
export function mayHaveDuplicateKeys(text: string, value: unknown): boolean {
  return (text.match(/"\s*:/g)?.length ?? 0) > countKeys(value);
}

/** Readers refuse what is nested too deep before, so this may go as deep as it is. */
function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const inner of Object.values(value)) count += countKeys(inner);
  return count;
}
