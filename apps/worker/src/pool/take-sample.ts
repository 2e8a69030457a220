import { availableParallelism } from "node:os";
import type { ProcessLoad } from "./pool-message.ts";
import type { HandlerWork, PoolBacklog, PoolRoom, PoolSample, PoolWork } from "./pool-sample.ts";
import type { ProcessSupervisor, SupervisedProcess } from "./process-supervisor.ts";

export interface SamplerOptions {
  readonly supervisor: Pick<ProcessSupervisor, "processes" | "wanted" | "earlyDeaths">;
  /** This pool's share of what waits. */
  readonly readBacklog: () => Promise<PoolBacklog>;
}

/** Of a process that has not said what it takes. */
const assumedRssBytes = 128 * 1_024 * 1_024;
/** Memory that is left to everything else. */
const memoryShare = 0.9;
/** Of a core; one that waits for others uses less. */
const computingShare = 0.7;

/** About ten seconds. */
const silentLooks = 5;

/** Asks everybody, once a second, and makes differences of what they count. */
export function createSampler({ supervisor, readBacklog }: SamplerOptions): () => Promise<PoolSample> {
  const before = new WeakMap<SupervisedProcess, Counted>();
  let beforeMs = performance.now();
  let deathsBefore = 0;

  return async () => {
    const backlog = readBacklog().catch(() => undefined);
    const processes = [...supervisor.processes];
    const loads = await Promise.all(processes.map((process) => process.ask("load")));
    const atMs = performance.now();
    const seconds = (atMs - beforeMs) / 1_000;
    beforeMs = atMs;
    const moves = processes.map((process, index) => {
      const now = loads[index];
      const move = differenceOf(before.get(process) ?? firstOf(now, seconds), now);
      if (now !== undefined) before.set(process, now);
      return { move, isWorking: process.state !== "retiring" };
    });
    // One that did not answer, because its event loop or the machine stands still, tells nothing of what more would bring.
    const ready = processes.filter(({ state }, index) => state === "ready" && loads[index] !== undefined).length;
    const silent = processes.filter((process) => isSilent(process) && process.state !== "retiring").length;
    const earlyDeaths = supervisor.earlyDeaths - deathsBefore;
    deathsBefore = supervisor.earlyDeaths;
    const work = sumUp(moves, seconds);
    const cpu = moves.reduce((sum, { move }) => sum + move.cpuSeconds, 0);
    return {
      atMs,
      backlog: await backlog,
      processes: supervisor.wanted,
      ready,
      silent,
      work,
      earlyDeaths,
      room: roomFor(loads, cpu / seconds / Math.max(1, ready)),
    };
  };
}

type Counted = Omit<ProcessLoad, "running" | "rssBytes">;
const nothing: Counted = { busySeconds: 0, busyRetryingSeconds: 0, handlers: {}, cpuSeconds: 0 };
const noWork: HandlerWork = { attempts: 0, succeeded: 0, succeededSeconds: 0, attemptSeconds: 0 };

/**
 * What a process is compared with that answers for the first time. Its slots have been in use for longer than this look, so of these
 * what they are at the moment counts; what has ended counts as a whole.
 */
function firstOf(now: ProcessLoad | undefined, seconds: number): Counted | undefined {
  if (now === undefined) return undefined;
  const busySeconds = now.busySeconds - Math.min(now.busySeconds, now.running * seconds);
  const share = now.busySeconds === 0 ? 0 : busySeconds / now.busySeconds;
  // A start computes, whatever the handlers do.
  const { busyRetryingSeconds, cpuSeconds } = now;
  return { ...nothing, busySeconds, busyRetryingSeconds: busyRetryingSeconds * share, cpuSeconds };
}

/** Too long to be a start, or a pause of the machine. */
export function isSilent({ unanswered }: Pick<SupervisedProcess, "unanswered">): boolean {
  return unanswered >= silentLooks;
}

/** One that did not answer has done nothing that is known. */
function differenceOf(before: Counted = nothing, now: Counted = before): Counted {
  const earlier = new Map(Object.entries(before.handlers));
  const handlers = Object.entries(now.handlers).map(([name, work]) => [
    name,
    combine(work, earlier.get(name) ?? noWork, (a, b) => a - b),
  ]);
  return {
    busySeconds: now.busySeconds - before.busySeconds,
    busyRetryingSeconds: now.busyRetryingSeconds - before.busyRetryingSeconds,
    handlers: Object.fromEntries(handlers),
    cpuSeconds: now.cpuSeconds - before.cpuSeconds,
  };
}

function combine(a: HandlerWork, b: HandlerWork, of: (a: number, b: number) => number): HandlerWork {
  return {
    attempts: of(a.attempts, b.attempts),
    succeeded: of(a.succeeded, b.succeeded),
    succeededSeconds: of(a.succeededSeconds, b.succeededSeconds),
    attemptSeconds: of(a.attemptSeconds, b.attemptSeconds),
  };
}

type Move = { readonly move: Counted; readonly isWorking: boolean };

function sumUp(moves: readonly Move[], seconds: number): PoolWork {
  // Slots of a process on its way out are no slots of the pool any more; what it still does is done.
  const working = moves.filter(({ isWorking }) => isWorking);
  const handlers = new Map<string, HandlerWork>();
  for (const [name, work] of moves.flatMap(({ move }) => Object.entries(move.handlers))) {
    handlers.set(
      name,
      combine(handlers.get(name) ?? noWork, work, (a, b) => a + b),
    );
  }
  return {
    busy: working.reduce((sum, { move }) => sum + move.busySeconds, 0) / seconds,
    busyRetrying: working.reduce((sum, { move }) => sum + move.busyRetryingSeconds, 0) / seconds,
    handlers,
  };
}

function roomFor(loads: readonly (ProcessLoad | undefined)[], cpuShare: number): PoolRoom {
  const largest = Math.max(0, ...loads.map((load) => load?.rssBytes ?? 0)) || assumedRssBytes;
  return {
    byMemory: Math.floor((process.availableMemory() * memoryShare) / largest),
    cores: availableParallelism(),
    isComputing: cpuShare > computingShare,
  };
}
