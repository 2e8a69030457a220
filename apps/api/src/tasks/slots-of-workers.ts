import type { Backlog } from "@switchyard/tasks/backlog";
import { meanPace, pacesOf } from "@switchyard/tasks/handler-pace";
import { type SlotsNeeded, slotsNeeded, waitingWork } from "@switchyard/tasks/slots-needed";
import { handledBy, type WorkerState } from "@switchyard/tasks/worker-registry";

/** How many slots the work needs over all workers, and how late it is, by what they say of themselves. */
export function slotsOfWorkers(
  backlog: Backlog,
  workers: readonly WorkerState[],
  targetWaitSeconds: number,
): SlotsNeeded {
  const paces = pacesOf(workers);
  return slotsNeeded({
    waiting: waitingWork(backlog, { isHandled: handledBy(workers) }),
    busy: workers.reduce((sum, { busy }) => sum + busy, 0),
    busyRetrying: workers.reduce((sum, { busyRetrying = 0 }) => sum + busyRetrying, 0),
    paceOf: (handler) => (handler === undefined ? meanPace([...paces.values()]) : paces.get(handler)),
    targetWaitSeconds,
    concurrency: Math.max(1, ...workers.map(({ concurrency }) => concurrency)),
  });
}
