/** What the hub stores or hands on as it came, at whatever depth of a request: of messages and tasks, and of connections. */
const passedThrough = new Set(["data", "info", "meta"]);

/**
 * A body as it is checked and acted upon, but with the digits as they were sent wherever it is only passed through. Both are
 * readings of one text; `value` is changed and returned.
 *
 * Read exactly as a whole, `{"limit": 10.0}` would be refused as no number.
 */
export function keepExact(value: unknown, exact: unknown): unknown {
  if (value === exact || typeof value !== "object" || value === null) return value;
  const [checked, sent] = [value, exact] as [Record<string, unknown>, Record<string, unknown>];
  for (const key of Object.keys(checked)) {
    checked[key] = passedThrough.has(key) ? sent[key] : keepExact(checked[key], sent[key]);
  }
  return checked;
}

/** Every list of the api but these is bounded by this or less, and no object has more fields. */
const entriesMax = 1_000;
const longLists: Readonly<Record<string, number>> = { "to.users": 10_000, "notify.to.users": 10_000 };

/**
 * The place of an object or list that is acted upon and has more entries than any may have; undefined where there is none.
 * The checker of a schema looks at all of them, however many are wrong: 95 000 unknown fields kept a process busy for 0.2 s.
 */
export function tooManyEntries(
  value: unknown,
  place = "",
): { readonly place: string; readonly problem: string } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const keys = Object.keys(value);
  const isList = Array.isArray(value);
  const bound = isList ? (longLists[place] ?? entriesMax) : entriesMax;
  if (keys.length > bound) {
    return { place, problem: `must have ${bound} ${isList ? "items" : "fields"} or fewer` };
  }
  for (const key of keys) {
    const inner = (value as Record<string, unknown>)[key];
    // Nearly everything there is, and its place is not worth writing.
    if (typeof inner !== "object" || passedThrough.has(key)) continue;
    const inside = isList ? `${place}[${key}]` : place === "" ? key : `${place}.${key}`;
    const found = tooManyEntries(inner, inside);
    if (found !== undefined) return found;
  }
  return undefined;
}
