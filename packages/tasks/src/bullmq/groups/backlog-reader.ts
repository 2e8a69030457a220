import { type Backlog, dueReadMax, groupsReadMax, topGroupsMax } from "../../backlog.ts";
import type { GroupName } from "../../group-name.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { estimateBacklog, type SeenHead } from "./estimate-backlog.ts";
import { groupScripts } from "./group-scripts.ts";
import { createPassages } from "./passages.ts";

/** All who ask within this time are given one reading: scrapes by several systems cost Redis what one does. */
const freshMs = 900;
/** Heads of groups that are looked at again until they have started. */
const watchedMax = 20;

/** Reads the backlog when it is asked for, and keeps in mind what two readings say that one does not. */
export function createBacklogReader(place: ScriptPlace): () => Promise<Backlog> {
  let heads: ReadonlyMap<GroupName, SeenHead> = new Map();
  let largest: readonly GroupName[] = [];
  const passages = createPassages();
  let newest: { readonly backlog: Promise<Backlog>; readonly untilMs: number } | undefined;

  async function read(): Promise<Backlog> {
    // The ungrouped, which have no bound, may be all there is.
    const named = JSON.stringify([...new Set(["", ...largest, ...heads.keys()])]);
    const raw = await groupScripts.readBacklog.run(place, {
      groupsMax: groupsReadMax,
      dueMax: dueReadMax,
      named,
    });
    const { heads: seen, entered, left, ...backlog } = estimateBacklog(raw, heads);
    heads = oldest(seen);
    largest = backlog.groups.slice(0, topGroupsMax).map(({ group }) => group);
    return { ...backlog, ...passages.add({ atMs: Number(raw[0]), entered, left }) };
  }

  return () => {
    const nowMs = performance.now();
    if (newest === undefined || nowMs >= newest.untilMs) {
      const reading = { backlog: read(), untilMs: nowMs + freshMs };
      newest = reading;
      // A failure is not kept: Redis may be back for the next who asks.
      reading.backlog.catch(() => {
        if (newest === reading) newest = undefined;
      });
    }
    return newest.backlog;
  };
}

function oldest(heads: ReadonlyMap<GroupName, SeenHead>): ReadonlyMap<GroupName, SeenHead> {
  if (heads.size <= watchedMax) return heads;
  return new Map([...heads].toSorted(([, a], [, b]) => a.sinceMs - b.sinceMs).slice(0, watchedMax));
}
