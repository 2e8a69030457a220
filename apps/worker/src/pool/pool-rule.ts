import { slotsNeeded } from "@switchyard/tasks/slots-needed";
import { type GrowthTrial, learn, minuteMs, type PoolState, rateOver } from "./pool-memory.ts";
import type { PoolBacklog, PoolSample } from "./pool-sample.ts";

/**
 * How many processes a pool has, decided once a second.
 *
 * The need is that of {@link slotsNeeded}, in whole processes. The seconds of a handler are the time of its attempts that succeeded, over
 * all its attempts; an average that forgets. A failed attempt adds nothing to the time, so work that comes to nothing needs nobody.
 * That is what keeps a handler that always fails from filling the machine, and does not hold up the others beside it.
 *
 * States. The rule is always in one of these, and each sample moves it at most once:
 *
 *   steady      need = n, or above it for less than two samples, or below it for less than 60 s
 *   growing     need > n in two samples running, or work that has a free slot nowhere has waited for longer than the target:
 *               n += clamp(need − n, 1, n), so at most doubled, and then quiet
 *   quiet       after growing for the time of a task (3 s to 10 s), after shrinking for 30 s, and while a process starts; one that
 *               stands still is not waited for
 *   shrinking   the load fits into 80 % of one process less, for 60 s: n −= 1, and one more after each quiet time while it does
 *   held        it would grow, and does not: `at_max`, `memory`, `cores`, or
 *     no_gain   the last two steps brought less than 10 % more tasks a second each: what the handlers wait for is the limit. Tried again
 *               after a minute
 *     failing   only the age says so, and of what waits all but what the free slots will take, or all that is late, is for handlers
 *               whose time goes, to more than half, into attempts that fail
 *     crashing  three processes ended before they had taken tasks for 10 s, within a minute: it is not the number that is wrong
 *     no_signal Redis does not say what waits; what is unknown is not nothing, so n stays
 *
 * The age alone never counts: the next task of a group that runs one at a time may have waited for hours, and a second process would
 * find nothing to do. It counts where more could run than there are free slots.
 */
export function decide(
  state: PoolState,
  sample: PoolSample,
  policy: PoolPolicy,
): { state: PoolState; decision: Decision } {
  const learned = learn(state, sample);
  const { processes: n } = sample;
  const { need, load, isOverdue, isInVain } = needOf(learned, sample, policy);
  const stay = (reason: Reason, next: PoolState = learned) => ({
    state: next,
    decision: { processes: n, need, reason },
  });

  if (sample.backlog === undefined) return stay("no_signal", { ...learned, samplesAbove: 0, lowSinceMs: undefined });

  const samplesAbove = need > n ? learned.samplesAbove + 1 : 0;
  const isLow = n > policy.min && load < 0.8 * (n - 1) * policy.concurrency;
  const lowSinceMs = isLow ? (learned.lowSinceMs ?? sample.atMs) : undefined;
  const calm = samplesAbove === 0 && !isOverdue;
  const next: PoolState = { ...learned, samplesAbove, lowSinceMs, ...(calm && { trial: undefined }) };

  if (samplesAbove >= 2 || isOverdue) return grow(next, sample, policy, { need, isByAge: need <= n, isInVain });
  if (sample.atMs < next.quietUntilMs) return stay("quiet", next);
  if (lowSinceMs !== undefined && sample.atMs - lowSinceMs >= shrinkAfterMs) {
    return step(next, sample, { processes: n - 1, need, reason: "idle" });
  }
  return stay("steady", next);
}

export interface PoolPolicy {
  readonly min: number;
  readonly max: number;
  /** Slots of a process. */
  readonly concurrency: number;
  /** A task that can run should not wait longer. */
  readonly targetWaitMs: number;
  /** Nothing is done, so nothing can be said of what it has brought. */
  readonly isDryRun: boolean;
}

export interface Decision {
  /** How many there should be from now on. */
  readonly processes: number;
  /** How many the work alone would need. */
  readonly need: number;
  readonly reason: Reason;
}

/** `backlog` and `age` grow, `idle` shrinks; the others change nothing. */
export type Reason = "backlog" | "age" | "idle" | "steady" | "quiet" | HoldReason;
/** It would grow, and does not. */
export type HoldReason = "at_max" | "memory" | "cores" | "no_gain" | "failing" | "crashing" | "no_signal";

const nothing: PoolBacklog = { runnable: 0, retrying: 0, handlers: [], remembered: new Map(), oldestAgeMs: null };
const quietMs = { least: 3_000, most: 10_000, afterShrinking: 30_000 } as const;
const shrinkAfterMs = 60_000;
/** Of a growth that is worth its process. */
const gainLeast = 1.1;
const futileSteps = 2;
const crashesMax = 3;

function needOf(state: PoolState, sample: PoolSample, { concurrency, targetWaitMs }: PoolPolicy) {
  const { backlog: waiting = nothing, work, ready } = sample;
  // Measured over a time, so a little more than there can be, which would be a process more.
  const busy = Math.min(work.busy, ready * concurrency);
  const found = slotsNeeded({
    waiting,
    busy,
    busyRetrying: Math.min(work.busyRetrying, busy),
    concurrency,
    paceOf: (handler) => (handler === undefined ? state.pace : state.handlers.get(handler)),
    targetWaitSeconds: targetWaitMs / 1_000,
  });
  const free = ready * concurrency - busy;
  const isLate = (ageMs: number | null) => ageMs !== null && ageMs > targetWaitMs;
  return {
    need: Math.max(1, Math.ceil(found.need / concurrency)),
    load: found.load,
    isOverdue: isLate(waiting.oldestAgeMs) && waiting.runnable > free,
    isInVain: !isLate(found.oldestAgeMs) || found.worthwhile <= free,
  };
}

function grow(
  state: PoolState,
  sample: PoolSample,
  policy: PoolPolicy,
  { need, isByAge, isInVain }: { need: number; isByAge: boolean; isInVain: boolean },
) {
  const { atMs, processes: n, ready, silent, room } = sample;
  const hold = (reason: Reason, next = state) => ({ state: next, decision: { processes: n, need, reason } });
  if (state.earlyDeathsMs.length >= crashesMax) return hold("crashing");
  if (n >= policy.max) return hold("at_max");
  if (room.byMemory < 1) return hold("memory");
  if (room.isComputing && n >= room.cores) return hold("cores");
  if (isByAge && isInVain) return hold("failing");
  if (atMs < state.quietUntilMs || ready + silent < n) return hold("quiet");

  const trial = policy.isDryRun ? undefined : judgeGrowth(state, atMs);
  if (trial !== undefined && trial.futile >= futileSteps) return hold("no_gain", { ...state, trial });
  const wanted = n + Math.min(Math.max(need - n, 1), n);
  const fits = Math.min(policy.max, n + room.byMemory, room.isComputing ? room.cores : Infinity);
  return step({ ...state, trial }, sample, {
    processes: Math.min(wanted, fits),
    need,
    reason: isByAge ? "age" : "backlog",
  });
}

/**
 * What the steps so far have brought. A step is judged once two tasks could have been done one after the other since; until then
 * nothing speaks against the next one, which is how tasks of minutes get their processes.
 */
function judgeGrowth(state: PoolState, atMs: number): GrowthTrial {
  const { trial, pace } = state;
  const windowMs = Math.max(2_000, 2_000 * (pace?.attemptSeconds ?? 0));
  const perSecond = rateOver(state, windowMs);
  if (trial === undefined) return { sinceMs: atMs, perSecond, futile: 0 };
  const { sinceMs, futile } = trial;
  if (futile >= futileSteps)
    return atMs - sinceMs < minuteMs ? trial : { sinceMs: atMs, perSecond, futile: futileSteps - 1 };
  if (pace === undefined || atMs - sinceMs < windowMs) return trial;
  return { sinceMs: atMs, perSecond, futile: perSecond >= trial.perSecond * gainLeast ? 0 : futile + 1 };
}

/** Changes the number, and is quiet for a while. */
function step(state: PoolState, { atMs, processes }: PoolSample, decision: Decision) {
  const taskMs = (state.pace?.attemptSeconds ?? 0) * 1_000;
  const grownMs = Math.min(Math.max(taskMs, quietMs.least), quietMs.most);
  const restMs = decision.processes > processes ? grownMs : quietMs.afterShrinking;
  return { state: { ...state, samplesAbove: 0, quietUntilMs: atMs + restMs }, decision };
}
