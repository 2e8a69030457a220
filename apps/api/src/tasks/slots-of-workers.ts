import type { Backlog } from "@switchyard/tasks/backlog";
import { slotsNeeded, waitingWork } from "@switchyard/tasks/slots-needed";
import type { WorkerState } from "@switchyard/tasks/worker-registry";

/** How many slots the work needs over all workers, by what they say of themselves. */
export function slotsOfWorkers(backlog: Backlog, workers: readonly WorkerState[], targetWaitSeconds: number): number {
  const { need } = slotsNeeded({
    waiting: waitingWork(backlog),
    busy: workers.reduce((sum, { busy }) => sum + busy, 0),
    busyRetrying: workers.reduce((sum, { busyRetrying = 0 }) => sum + busyRetrying, 0),
    secondsOf: (handler) => meanOf(workers.flatMap(({ secondsPerTask }) => secondsIn(secondsPerTask, handler))),
    targetWaitSeconds,
    concurrency: Math.max(1, ...workers.map(({ concurrency }) => concurrency)),
  });
  return need;
}

/** Of the workers that have run it. */
function secondsIn(secondsPerTask: WorkerState["secondsPerTask"], handler: string | undefined): number[] {
  if (handler === undefined) return Object.values(secondsPerTask);
  const seconds = secondsPerTask[handler];
  return seconds === undefined ? [] : [seconds];
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
