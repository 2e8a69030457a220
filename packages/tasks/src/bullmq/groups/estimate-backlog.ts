import {
  type Backlog,
  dueReadMax,
  type GroupBacklog,
  type HandlerBacklog,
  type ShareBacklog,
  topGroupsMax,
} from "../../backlog.ts";
import type { GroupName } from "../../group-name.ts";
import type { HandlerPace } from "../../handler-pace.ts";
import type { RawBacklog, RawBacklogRow } from "./group-scripts.ts";

/** The task at the head of a group that could start it, and since when it has been seen there. */
export interface SeenHead {
  readonly id: string;
  readonly sinceMs: number;
}

export interface BacklogEstimate extends Omit<Backlog, "inPerSecond" | "outPerSecond"> {
  readonly heads: ReadonlyMap<GroupName, SeenHead>;
  /** Tasks that ever came in, and those that are here no more. */
  readonly entered: number;
  readonly left: number;
}

const smallMax = 20;

interface Row {
  readonly group: GroupName;
  readonly waiting: number;
  readonly places: number;
  /** 0: no bound. */
  readonly concurrency: number;
  readonly isReady: boolean;
  readonly isNamed: boolean;
  readonly runnable: number;
  readonly firstId: string;
  /** Of what is runnable, evenly; where nothing is, of the first that waits. */
  readonly samples: readonly Sample[];
  /** Of a group without a bound, since when it is not paused any more; 0: it is not known to have been. */
  readonly resumedMs: number;
}

interface Sample {
  readonly handler: string;
  readonly isRetry: boolean;
  readonly dueMs: number;
}

/** What a reading says, and what it leaves open made good from what was looked at. */
export function estimateBacklog(raw: RawBacklog, seen: ReadonlyMap<GroupName, SeenHead>): BacklogEstimate {
  const [now, entered, waiting, unplaced, running, delayed, due, dead, readyGroups, retries, dues, rawRows, rawShares] =
    raw;
  const nowMs = Number(now);
  const rows = rawRows.map(readRow);
  const ready = rows.filter(({ isReady }) => isReady);
  const weightOf = weightsOf(ready, readyGroups);

  const byHandler = new Map<string, { runnable: number; retrying: number }>();
  let [runnable, retrying] = [due + unplaced, 0];
  const add = (samples: readonly Sample[], each: number) => {
    for (const { handler, isRetry } of samples) {
      const sum = byHandler.get(handler) ?? { runnable: 0, retrying: 0 };
      byHandler.set(handler, { runnable: sum.runnable + each, retrying: sum.retrying + (isRetry ? each : 0) });
      if (isRetry) retrying += each;
    }
  };
  for (const row of ready) {
    runnable += row.runnable * weightOf(row);
    if (row.runnable > 0) add(row.samples, (row.runnable * weightOf(row)) / row.samples.length);
  }
  const dueSamples = readPairs(dues);
  if (due > 0) add(dueSamples, due / dueSamples.length);
  // What no share has room for can no more run than what its group has no room for.
  const shares = readShares(rawShares);
  const roomOf = new Map(shares.map(({ handler, limit, running: taken }) => [handler, Math.max(0, limit - taken)]));
  for (const [handler, sum] of byHandler) {
    const kept = Math.min(1, (roomOf.get(handler) ?? Infinity) / sum.runnable);
    runnable -= sum.runnable * (1 - kept);
    retrying -= sum.retrying * (1 - kept);
    byHandler.set(handler, { runnable: sum.runnable * kept, retrying: sum.retrying * kept });
  }
  const failed = retries + Math.round(retriesIn(dueSamples) * Math.max(1, due / dueSamples.length || 1));
  const heads = seenHeads(ready, seen, nowMs);
  const ages = oldestAges(ready.map(withRoom(roomOf)), heads, nowMs);
  const retryingRunnable = Math.min(Math.round(retrying), Math.round(runnable));
  return {
    counts: { queued: waiting + unplaced, running, retrying: failed, delayed: Math.max(0, delayed - failed), dead },
    runnable: Math.round(runnable),
    due,
    retryingRunnable,
    handlers: byMost(byHandler, ages),
    oldestRunnableAgeMs: runnable === 0 ? null : Math.max(0, ...ages.values()),
    groups: largestGroups(rows, nowMs),
    shares,
    lacking: readLacking(raw),
    remembered: readPaces(raw),
    isCapped: readyGroups > ready.length || due > dueReadMax,
    heads,
    entered: Number(entered),
    left: Number(entered) - waiting - running - failed,
  };
}

/**
 * Each of those picked at random stands for so many that were not looked at. One that was named stands for itself, and so does a large
 * one: hardly any of the others are like it.
 */
function weightsOf(ready: readonly Row[], readyGroups: number): (row: Row) => number {
  const picked = new Set(ready.filter(({ isNamed, runnable }) => !isNamed && runnable <= smallMax));
  const weight = picked.size === 0 ? 1 : Math.max(1, (readyGroups - (ready.length - picked.size)) / picked.size);
  return (row) => (picked.has(row) ? weight : 1);
}

function retriesIn(samples: readonly Sample[]): number {
  return samples.filter(({ isRetry }) => isRetry).length;
}

function readLacking({ 14: flat }: RawBacklog): Backlog["lacking"] {
  const lacking = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    lacking.push({ handler: String(flat[index]), waiting: Number(flat[index + 1]) });
  return lacking;
}

function readPaces({ 13: flat }: RawBacklog): ReadonlyMap<string, HandlerPace> {
  const paces = new Map<string, HandlerPace>();
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const [seconds = 0, attemptSeconds = 0] = (flat[index + 1] ?? "").split(" ").map(Number);
    paces.set(flat[index] ?? "", { seconds, attemptSeconds });
  }
  return paces;
}

function readShares(flat: RawBacklog[12]): readonly ShareBacklog[] {
  const shares: ShareBacklog[] = [];
  for (let index = 0; index + 4 < flat.length; index += 5) {
    const [limit = 0, running = 0, waitingTasks = 0, waitingGroups = 0] = flat.slice(index + 1, index + 5).map(Number);
    shares.push({ handler: String(flat[index]), limit, running, waitingTasks, waitingGroups });
  }
  return shares;
}

/** Without the samples that have to wait for a share. */
function withRoom(roomOf: ReadonlyMap<string, number>) {
  return (row: Row): Row => ({ ...row, samples: row.samples.filter(({ handler }) => roomOf.get(handler) !== 0) });
}

function readRow(raw: RawBacklogRow): Row {
  const [group, waiting, places, concurrency, isReady, isNamed, runnable, firstId, flat, resumed] = raw;
  const samples: Sample[] = [];
  for (let index = 0; index + 2 < flat.length; index += 3) {
    const [handler = "", failures, dueMs] = flat.slice(index, index + 3);
    samples.push({ handler, isRetry: failures !== "0", dueMs: Number(dueMs) });
  }
  return {
    group,
    waiting,
    places,
    concurrency,
    isReady: isReady === 1,
    isNamed: isNamed === 1,
    runnable,
    firstId,
    samples,
    resumedMs: Number(resumed),
  };
}

function readPairs(flat: readonly string[]): readonly Sample[] {
  const samples: Sample[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    samples.push({ handler: flat[index] ?? "", isRetry: flat[index + 1] !== "0", dueMs: 0 });
  return samples;
}

/** Of groups with a bound: when the place their first task needs became free is written down nowhere. */
function seenHeads(ready: readonly Row[], seen: ReadonlyMap<GroupName, SeenHead>, nowMs: number) {
  const heads = new Map<GroupName, SeenHead>();
  for (const { group, concurrency, runnable, firstId, samples } of ready) {
    if (concurrency === 0 || runnable === 0 || samples[0]?.isRetry !== false) continue;
    const before = seen.get(group);
    heads.set(group, before?.id === firstId ? before : { id: firstId, sinceMs: nowMs });
  }
  return heads;
}

/** Of first attempts, by handler. */
function oldestAges(ready: readonly Row[], heads: ReadonlyMap<GroupName, SeenHead>, nowMs: number) {
  const ages = new Map<string, number>();
  for (const { group, concurrency, samples, resumedMs } of ready.filter(({ runnable }) => runnable > 0)) {
    const sinceMs = concurrency === 0 ? resumedMs : (heads.get(group)?.sinceMs ?? nowMs);
    for (const { handler, dueMs } of samples.filter(({ isRetry }) => !isRetry))
      ages.set(handler, Math.max(ages.get(handler) ?? 0, nowMs - Math.max(dueMs, sinceMs)));
  }
  return ages;
}

function byMost(
  byHandler: ReadonlyMap<string, Pick<HandlerBacklog, "runnable" | "retrying">>,
  ages: ReadonlyMap<string, number>,
): readonly HandlerBacklog[] {
  return [...byHandler]
    .map(([handler, sum]) => ({
      handler,
      runnable: Math.round(sum.runnable),
      retrying: Math.round(sum.retrying),
      oldestAgeMs: ages.get(handler) ?? null,
    }))
    .toSorted((a, b) => b.runnable - a.runnable);
}

function largestGroups(rows: readonly Row[], nowMs: number): readonly GroupBacklog[] {
  const most = rows.toSorted((a, b) => b.waiting - a.waiting).slice(0, topGroupsMax);
  return most.map((row) => groupBacklog(row, nowMs));
}

function groupBacklog({ group, waiting, places, concurrency, samples }: Row, nowMs: number): GroupBacklog {
  return {
    group,
    waiting,
    active: places,
    limit: concurrency === 0 ? null : concurrency,
    oldestAgeMs: samples[0] === undefined ? null : Math.max(0, nowMs - samples[0].dueMs),
  };
}
