import type { WrittenEntry } from "./audit-entry.ts";

/** No act takes longer: the longest, draining a group, is given two minutes. */
const actMaxMs = 10 * 60_000;

type Seen = Pick<WrittenEntry, "kind" | "act" | "at">;

/**
 * Tells of the entries of a book, the newest first, whether one is an intent without an outcome: nobody knows how that act ended, as when an
 * api was killed in the midst of it. An outcome is newer than its intent; that it is missing is known when what was seen is all that is
 * newer, or goes on for long.
 *
 * @param newer what is known of entries newer than the first, the newest first
 * @param isAll nothing else is newer
 */
export function createOpenIntents(newer: readonly Seen[], isAll: boolean): (entry: Seen | undefined) => boolean {
  const isOutcome = ({ kind }: Seen) => kind === "outcome";
  const ended = new Set(newer.filter(isOutcome).map(({ act }) => act));
  const newestMs = Date.parse(newer[0]?.at ?? "");
  return (entry) => {
    if (entry === undefined) return false;
    if (isOutcome(entry)) ended.add(entry.act);
    const isKnown = isAll || newestMs - Date.parse(entry.at) >= actMaxMs;
    return entry.kind === "intent" && !ended.has(entry.act) && isKnown;
  };
}
