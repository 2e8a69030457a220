import { isExactNumber } from "@switchyard/protocol/exact-json";

type Json = Readonly<Record<string, unknown>>;

/**
 * A JSON value with a change applied, as RFC 7396 has it: members of the patch take the place of those of the same name, null takes one
 * out, and what is no object is put in the place of what was there. Numbers stay as they were written.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), change));
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isExactNumber(value);
}
