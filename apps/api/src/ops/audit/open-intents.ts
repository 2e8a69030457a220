import type { WrittenEntry } from "./audit-entry.ts";

/** No act takes longer: the longest, draining a group, is given two minutes. */
const actMaxMs = 10 * 60_000;

/**
 * The acts of a page whose intent has no outcome: nobody knows how they ended, as when an api was killed in the midst of one. An outcome is
 * newer than its intent and so may stand on the page before; there it is known to be missing only when what is newer goes on for long.
 *
 * @param entries the newest first
 * @param isNewest nothing newer is in the book
 */
export function openIntents(
  entries: readonly Pick<WrittenEntry, "kind" | "act" | "at">[],
  isNewest: boolean,
): ReadonlySet<string> {
  const ended = new Set(entries.filter(({ kind }) => kind === "outcome").map(({ act }) => act));
  const newestMs = Date.parse(entries[0]?.at ?? "");
  const isKnown = (at: string) => isNewest || newestMs - Date.parse(at) >= actMaxMs;
  const open = entries.filter(({ kind, act, at }) => kind === "intent" && !ended.has(act) && isKnown(at));
  return new Set(open.map(({ act }) => act));
}
