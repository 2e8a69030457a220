import type { Backlog } from "@switchyard/tasks/backlog";
import { type HandlerPace, meanPace, type PaceOf } from "@switchyard/tasks/handler-pace";
import { type SlotsNeeded, slotsNeeded, waitingWork } from "@switchyard/tasks/slots-needed";
import { handledBy, type WorkerState } from "@switchyard/tasks/worker-registry";

/** How many slots the work needs over all workers, and how late it is, by what they say of themselves. */
export function slotsOfWorkers(
  backlog: Backlog,
  workers: readonly WorkerState[],
  targetWaitSeconds: number,
): SlotsNeeded {
  return slotsNeeded({
    waiting: waitingWork(backlog, { isHandled: handledBy(workers) }),
    busy: workers.reduce((sum, { busy }) => sum + busy, 0),
    busyRetrying: workers.reduce((sum, { busyRetrying = 0 }) => sum + busyRetrying, 0),
    paceOf: paceOver(workers),
    targetWaitSeconds,
    concurrency: Math.max(1, ...workers.map(({ concurrency }) => concurrency)),
  });
}

/** The mean of the workers that have run it. */
function paceOver(workers: readonly WorkerState[]): PaceOf {
  const paces = new Map<string, HandlerPace[]>();
  for (const { secondsPerTask, attemptSeconds = secondsPerTask } of workers) {
    const whole = new Map(Object.entries(attemptSeconds));
    for (const [handler, seconds] of Object.entries(secondsPerTask)) {
      const pace = { seconds, attemptSeconds: whole.get(handler) ?? seconds };
      paces.set(handler, [...(paces.get(handler) ?? []), pace]);
    }
  }
  return (handler) => meanPace(handler === undefined ? [...paces.values()].flat() : (paces.get(handler) ?? []));
}
