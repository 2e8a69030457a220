import { type Backlog, delayedReadMax, groupsReadMax, topGroupsMax } from "../../backlog.ts";
import type { GroupName } from "../../group-name.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { estimateBacklog, type SeenHead } from "./estimate-backlog.ts";
import { groupScripts, type RawBacklog } from "./group-scripts.ts";

/** All who ask within this time are given one reading: scrapes by several systems cost Redis what one does. */
const freshMs = 900;
const rateWindowMs = 10_000;
/** Heads of groups that are looked at again until they have started. */
const watchedMax = 32;

interface Passage {
  readonly atMs: number;
  readonly entered: number;
  readonly left: number;
}

/** Reads the backlog when it is asked for, and keeps in mind what two readings say that one does not. */
export function createBacklogReader(place: ScriptPlace): () => Promise<Backlog> {
  let heads: ReadonlyMap<GroupName, SeenHead> = new Map();
  let largest: readonly GroupName[] = [];
  let passages: readonly Passage[] = [];
  let newest: { readonly backlog: Promise<Backlog>; readonly untilMs: number } | undefined;

  async function read(): Promise<Backlog> {
    // The ungrouped, which have no bound, may be all there is.
    const named = JSON.stringify([...new Set(["", ...largest, ...heads.keys()])]);
    const raw = await groupScripts.readBacklog.run(place, {
      groupsMax: groupsReadMax,
      delayedMax: delayedReadMax,
      named,
    });
    const { heads: seen, entered, left, ...backlog } = estimateBacklog(raw, heads);
    heads = oldest(seen);
    largest = backlog.groups.slice(0, topGroupsMax).map(({ group }) => group);
    passages = keepRecent([...passages, { atMs: nowOf(raw), entered, left }]);
    return { ...backlog, ...ratesOf(passages) };
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

function nowOf([nowMs]: RawBacklog): number {
  return Number(nowMs);
}

function oldest(heads: ReadonlyMap<GroupName, SeenHead>): ReadonlyMap<GroupName, SeenHead> {
  if (heads.size <= watchedMax) return heads;
  return new Map([...heads].toSorted(([, a], [, b]) => a.sinceMs - b.sinceMs).slice(0, watchedMax));
}

/** One that is older than the window stays, so that there is always a whole window to look back over. */
function keepRecent(passages: readonly Passage[]): readonly Passage[] {
  const newestMs = passages.at(-1)?.atMs ?? 0;
  const within = passages.findLastIndex(({ atMs }) => atMs <= newestMs - rateWindowMs);
  return passages.slice(Math.max(0, within));
}

/** Numbers that go back are those of a Redis that has lost its data, or of a task that came back: nothing is known then. */
function ratesOf(passages: readonly Passage[]): Pick<Backlog, "inPerSecond" | "outPerSecond"> {
  const [first, last] = [passages[0], passages.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs)
    return { inPerSecond: null, outPerSecond: null };
  const seconds = (last.atMs - first.atMs) / 1_000;
  return {
    inPerSecond: Math.max(0, last.entered - first.entered) / seconds,
    outPerSecond: Math.max(0, last.left - first.left) / seconds,
  };
}
