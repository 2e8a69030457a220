import type { Backlog } from "@switchyard/tasks/backlog";
import type { WorkerState } from "@switchyard/tasks/worker-registry";

/** Of a handler that has run nowhere yet. */
const unknownSeconds = 1;

/**
 * How many slots for attempts the work needs, over all workers: those in use, and so many that what could run now is begun within the
 * target. Attempts that fail take no time here (worker-load.ts). Retries count for one slot at most, however many there are: more workers would only fail them faster. Whole numbers, and
 * never 0 while there is anything to do.
 */
export function slotsNeeded(backlog: Backlog, workers: readonly WorkerState[], targetWaitSeconds: number): number {
  const { runnable, retryingRunnable, handlers } = backlog;
  const busy = workers.reduce((sum, worker) => sum + worker.busy, 0);
  let rest = runnable - retryingRunnable;
  let seconds = 0;
  for (const { handler, runnable: all, retrying } of handlers) {
    const first = all - retrying;
    rest -= first;
    seconds += first * secondsOf(handler, workers);
  }
  seconds += Math.max(0, rest) * unknownSeconds;
  return Math.ceil(busy + seconds / targetWaitSeconds + Math.min(1, retryingRunnable));
}

/** The mean over the workers that have run it. */
function secondsOf(handler: string, workers: readonly WorkerState[]): number {
  const known = workers.map(({ secondsPerTask }) => secondsPerTask[handler]).filter((seconds) => seconds !== undefined);
  return known.length === 0 ? unknownSeconds : known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
}
