import { TaskRejection } from "../task-rejection.ts";

const localTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d)?$/;
const dayMs = 86_400_000;

export function isLocalTime(text: string): boolean {
  return localTime.test(text);
}

/**
 * The moment a clock on the wall shows this. A time the clock leaves out is refused and its neighbours are named; one that it shows
 * twice is the first, unless `fold` says otherwise.
 * @throws TaskRejection naming `at`.
 */
export function readLocalTime(text: string, timeZone: string, fold: "first" | "second"): number {
  const asUtc = Date.parse(`${text.replace(/[t ]/, "T").slice(0, 19).padEnd(19, ":00")}Z`);
  const isDate = Number.isFinite(asUtc) && new Date(asUtc).toISOString().slice(0, 10) === text.slice(0, 10);
  if (!isDate) reject("is no date that exists");
  // The distance from UTC a day before and a day after: where they differ the clock is changed in between.
  const distances = [asUtc - dayMs, asUtc + dayMs].map((ms) => shownAt(ms, timeZone) - ms);
  const moments = [...new Set(distances.map((distance) => asUtc - distance))].toSorted((left, right) => left - right);
  const found = moments.filter((ms) => shownAt(ms, timeZone) === asUtc);
  const [first = Number.NaN, second = first] = found;
  if (found.length > 0) return fold === "second" ? second : first;
  const [before, after] = moments.map((ms) => new Date(shownAt(ms, timeZone)).toISOString().slice(0, 19));
  return reject(`does not exist in ${timeZone}, where the clock is put forward; take ${before} or ${after}`);
}

/** What the clock shows at a moment, as if it were UTC; to the second. */
export function shownAt(ms: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(ms);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
}

/** Making one takes a hundred times as long as using it; there are some 400 zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const digits = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  const made = new Intl.DateTimeFormat("en", { timeZone, hourCycle: "h23", year: "numeric", ...digits });
  if (formats.size < 1_000) formats.set(timeZone, made);
  return made;
}

function reject(problem: string): never {
  throw new TaskRejection("field_invalid", "at", problem);
}
