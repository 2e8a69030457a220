import { nestingMax } from "@switchyard/protocol/json-depth";

/** Parts of a path that are told; a value may be nested deeper than anybody wants to read. */
const shownParts = 4;

/**
 * Where in a body it is that `readJson` refuses: the field with half a surrogate pair, in a text or in a key, or the one that is
 * nested too deep. Empty: not found. Goes level by level and without recursion, because depth may be the very problem.
 */
export function placeOfProblem(body: unknown): string {
  let level: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value: body, path: [] }];
  for (let depth = 0; level.length > 0; depth += 1) {
    const found = level.find(({ value }) => depth > nestingMax || isIllFormed(value));
    if (found !== undefined) return written(found.path);
    level = level.flatMap(({ value, path }) =>
      typeof value === "object" && value !== null
        ? Object.entries(value).map(([key, inner]) => ({
            value: inner,
            path: path.length < shownParts ? [...path, Array.isArray(value) ? `[${key}]` : key] : path,
          }))
        : [],
    );
  }
  return "";
}

function isIllFormed(value: unknown): boolean {
  if (typeof value === "string") return !value.isWellFormed();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).some((key) => !key.isWellFormed());
}

function written(path: readonly string[]): string {
  return path.join(".").replaceAll(".[", "[").toWellFormed();
}
