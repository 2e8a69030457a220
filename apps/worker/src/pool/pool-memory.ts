import type { HandlerPace } from "@switchyard/tasks/handler-pace";
import type { HandlerWork, PoolSample } from "./pool-sample.ts";

/** What the rule remembers from one sample to the next; of bounded size. */
export interface PoolState {
  /** By handler; those without an ended attempt are missing. */
  readonly handlers: ReadonlyMap<string, HandlerPace>;
  /** Of all; undefined while no attempt has ended. */
  readonly pace: HandlerPace | undefined;
  /** Samples running in which the need was above the number. */
  readonly samplesAbove: number;
  readonly lowSinceMs: number | undefined;
  readonly quietUntilMs: number;
  /** Succeeded tasks so far, at the last samples; for tasks per second. */
  readonly progress: readonly { readonly atMs: number; readonly total: number }[];
  /** What growing has brought so far; undefined when nothing asks for more. */
  readonly trial: GrowthTrial | undefined;
  readonly earlyDeathsMs: readonly number[];
}

export interface GrowthTrial {
  readonly sinceMs: number;
  /** Tasks per second at that time. */
  readonly perSecond: number;
  /** Steps running that brought nothing. */
  readonly futile: number;
}

export const initialState: PoolState = {
  handlers: new Map(),
  pace: undefined,
  samplesAbove: 0,
  lowSinceMs: undefined,
  quietUntilMs: 0,
  progress: [],
  trial: undefined,
  earlyDeathsMs: [],
};

/** For so long deaths count, and progress is known. */
export const minuteMs = 60_000;
/** How much the newest sample counts in an average. */
const newestShare = 0.3;

/** Everything that is remembered of a sample, whatever is decided by it. */
export function learn(state: PoolState, { atMs, work, earlyDeaths }: PoolSample): PoolState {
  const moved = [...work.handlers].filter(([, { attempts }]) => attempts > 0);
  const handlers = new Map(state.handlers);
  for (const [name, count] of moved) handlers.set(name, paceAfter(handlers.get(name), count));
  const sum = (name: keyof HandlerWork) => moved.reduce((total, [, count]) => total + count[name], 0);
  const all = {
    attempts: sum("attempts"),
    succeeded: sum("succeeded"),
    succeededSeconds: sum("succeededSeconds"),
    attemptSeconds: sum("attemptSeconds"),
  };
  const total = (state.progress.at(-1)?.total ?? 0) + all.succeeded;
  return {
    ...state,
    handlers,
    pace: all.attempts === 0 ? state.pace : paceAfter(state.pace, all),
    progress: [...state.progress.filter((point) => atMs - point.atMs <= minuteMs), { atMs, total }],
    earlyDeathsMs: [...state.earlyDeathsMs, ...Array.from({ length: earlyDeaths }, () => atMs)].filter(
      (deadMs) => atMs - deadMs < minuteMs,
    ),
  };
}

/** Of one attempt or more. */
function paceAfter(before: HandlerPace | undefined, work: HandlerWork): HandlerPace {
  const { attempts, succeededSeconds, attemptSeconds } = work;
  const now = { attemptSeconds: attemptSeconds / attempts, seconds: succeededSeconds / attempts };
  if (before === undefined) return now;
  const average = (name: keyof HandlerPace) => before[name] + (now[name] - before[name]) * newestShare;
  return { attemptSeconds: average("attemptSeconds"), seconds: average("seconds") };
}

/** Tasks that succeed per second, over the time before the last sample. */
export function rateOver({ progress }: PoolState, windowMs: number): number {
  const last = progress.at(-1);
  if (last === undefined) return 0;
  const first = progress.findLast(({ atMs }) => last.atMs - atMs >= windowMs) ?? progress[0];
  if (first === undefined || first.atMs === last.atMs) return 0;
  return ((last.total - first.total) / (last.atMs - first.atMs)) * 1_000;
}
