import type { RunAttempt } from "@switchyard/tasks/task-worker";
import type { HandlerPace } from "@switchyard/tasks/handler-pace";
import type { Catalog } from "./catalog.ts";
import type { ProcessLoad } from "./pool/pool-message.ts";
import type { HandlerWork } from "./pool/pool-sample.ts";

/** How much this worker has to do, and how long it takes. */
export interface WorkerLoad {
  /** The catalog's, with what it runs taken into account. */
  readonly run: RunAttempt;
  /** Attempts that run now. */
  busy(): number;
  /** Of these, second and further ones. */
  busyRetrying(): number;
  /** The same by handler; one that runs none is not there. */
  running(): Readonly<Record<string, number>>;
  /** By handler; one that has not run yet is not there. Failed attempts took nothing. */
  secondsPerTask(): Readonly<Record<string, number>>;
  /** The same whatever came of them. */
  attemptSeconds(): Readonly<Record<string, number>>;
  /** Everything since the start, for a pool that makes differences of it. */
  counted(): ProcessLoad;
}

/** What the newest attempt counts for: after ten others what an attempt took is worth a tenth of that. */
const newestShare = 0.2;
const nothing: HandlerWork = { attempts: 0, succeeded: 0, succeededSeconds: 0, attemptSeconds: 0 };

/**
 * An attempt that failed adds nothing to the seconds of its handler: work that comes to nothing needs nobody, so a handler that always fails
 * starts neither processes of a pool (pool-rule.ts) nor pods.
 */
export function createWorkerLoad({ names, run }: Catalog, nowMs: () => number = () => performance.now()): WorkerLoad {
  const paces = new Map<string, HandlerPace>();
  const handlers = new Map<string, HandlerWork>();
  const running = new Map<string, number>();
  const slots = countSlots(nowMs);
  const retrying = countSlots(nowMs);

  function countRunning(handler: string, change: 1 | -1): void {
    if (!names.has(handler)) return;
    const count = (running.get(handler) ?? 0) + change;
    if (count === 0) running.delete(handler);
    else running.set(handler, count);
  }

  function noteEnd(handler: string, took: number, hasSucceeded: boolean): void {
    // A name that is not in the catalog is a producer's text, of which there is no end.
    const name = names.has(handler) ? handler : "";
    const useful = hasSucceeded ? took : 0;
    if (name !== "") paces.set(name, averageWith(paces.get(name), { seconds: useful, attemptSeconds: took }));
    const before = handlers.get(name) ?? nothing;
    handlers.set(name, {
      attempts: before.attempts + 1,
      attemptSeconds: before.attemptSeconds + took,
      succeeded: before.succeeded + (hasSucceeded ? 1 : 0),
      succeededSeconds: before.succeededSeconds + (hasSucceeded ? took : 0),
    });
  }

  const told = (what: keyof HandlerPace) =>
    Object.fromEntries([...paces].map(([name, pace]) => [name, Number(pace[what].toFixed(6))]));

  return {
    async run(attempt) {
      const beganMs = nowMs();
      const taken = attempt.number > 1 ? [slots, retrying] : [slots];
      const { handler } = attempt.task;
      for (const each of taken) each.add(1);
      countRunning(handler, 1);
      let hasSucceeded = false;
      try {
        const outcome = await run(attempt);
        hasSucceeded = outcome.kind === "succeeded";
        return outcome;
      } finally {
        for (const each of taken) each.add(-1);
        countRunning(handler, -1);
        noteEnd(handler, (nowMs() - beganMs) / 1_000, hasSucceeded);
      }
    },
    busy: () => slots.now(),
    busyRetrying: () => retrying.now(),
    running: () => Object.fromEntries(running),
    secondsPerTask: () => told("seconds"),
    attemptSeconds: () => told("attemptSeconds"),
    counted: () => ({
      running: slots.now(),
      busySeconds: slots.seconds(),
      busyRetryingSeconds: retrying.seconds(),
      handlers: Object.fromEntries(handlers),
      cpuSeconds: cpuSeconds(),
      rssBytes: process.memoryUsage.rss(),
    }),
  };
}

function averageWith(before: HandlerPace | undefined, newest: HandlerPace): HandlerPace {
  if (before === undefined) return newest;
  const average = (name: keyof HandlerPace) => before[name] * (1 - newestShare) + newest[name] * newestShare;
  return { seconds: average("seconds"), attemptSeconds: average("attemptSeconds") };
}

/** How many are taken, and for how long they have been, together. */
function countSlots(nowMs: () => number) {
  let taken = 0;
  let totalMs = 0;
  let sinceMs = nowMs();
  const add = (change: number) => {
    const now = nowMs();
    totalMs += taken * (now - sinceMs);
    sinceMs = now;
    taken += change;
    return totalMs;
  };
  return { add, now: () => taken, seconds: () => add(0) / 1_000 };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
