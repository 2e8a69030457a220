import { initialState, type PoolState } from "../pool-memory.ts";
import { decide, type Decision, type PoolPolicy } from "../pool-rule.ts";
import type { HandlerWork, PoolSample } from "../pool-sample.ts";

export const policy: PoolPolicy = { min: 1, max: 8, concurrency: 10, targetWaitMs: 5_000, isDryRun: false };

export type Change = Partial<Omit<PoolSample, "backlog" | "work" | "room">> & {
  readonly backlog?: Partial<NonNullable<PoolSample["backlog"]>> | "unknown";
  /** Of one handler, `work`, unless it says otherwise. */
  readonly work?: Partial<
    Omit<PoolSample["work"], "handlers"> & { handlers: Record<string, HandlerWork> } & HandlerWork
  >;
  readonly room?: Partial<PoolSample["room"]>;
};

export function sampleOf({ backlog = {}, work, room, ...change }: Change): PoolSample {
  const processes = change.processes ?? 1;
  return {
    atMs: 0,
    processes,
    ready: processes,
    silent: 0,
    earlyDeaths: 0,
    ...change,
    backlog: backlog === "unknown" ? undefined : backlogOf(backlog),
    work: workOf(work),
    room: { byMemory: 100, cores: 64, isComputing: false, ...room },
  };
}

function backlogOf(given: Partial<NonNullable<PoolSample["backlog"]>>): PoolSample["backlog"] {
  const { runnable = 0, retrying = 0, oldestAgeMs = null } = given;
  const handlers = [{ handler: "work", runnable, retrying, oldestAgeMs }];
  return { runnable, retrying, handlers, remembered: new Map(), oldestAgeMs, ...given };
}

function workOf({
  busy = 0,
  busyRetrying = 0,
  handlers,
  ...work
}: NonNullable<Change["work"]> = {}): PoolSample["work"] {
  const none = { attempts: 0, succeeded: 0, succeededSeconds: 0, attemptSeconds: 0 };
  return { busy, busyRetrying, handlers: new Map(Object.entries(handlers ?? { work: { ...none, ...work } })) };
}

/** A sample a second; `next` is told what the pool is by then, and each second's decision is returned. */
export function watch(seconds: number, next: (now: { second: number; processes: number }) => Change, bounds = policy) {
  let state: PoolState = initialState;
  let processes = bounds.min;
  const decisions: (Decision & { readonly second: number })[] = [];
  for (let second = 0; second < seconds; second++) {
    const sample = sampleOf({ atMs: second * 1_000, processes, ...next({ second, processes }) });
    const { state: learned, decision } = decide(state, sample, bounds);
    state = learned;
    processes = decision.processes;
    decisions.push({ ...decision, second });
  }
  return decisions;
}

export const steps = (decisions: readonly Decision[]) =>
  decisions.flatMap(({ processes, reason }, index) =>
    processes === (decisions[index - 1]?.processes ?? policy.min) ? [] : [`${reason} ${processes}`],
  );
/** Slots full of tasks of `seconds`, and so many more wait. */
export const flood =
  (runnable: number, seconds = 0.2) =>
  ({ processes }: { processes: number }): Change => {
    const busy = processes * policy.concurrency;
    const done = busy / seconds;
    return {
      backlog: { runnable, oldestAgeMs: 100 },
      work: { busy, attempts: done, succeeded: done, succeededSeconds: busy, attemptSeconds: busy },
    };
  };
