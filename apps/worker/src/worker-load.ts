import type { RunAttempt } from "@switchyard/tasks/task-worker";
import type { Catalog } from "./catalog.ts";

/** How much this worker has to do, and how long it takes. */
export interface WorkerLoad {
  /** The catalog's, with what it runs taken into account. */
  readonly run: RunAttempt;
  /** Attempts that run now. */
  busy(): number;
  /** By handler; one that has not run yet is not there. */
  secondsPerTask(): Readonly<Record<string, number>>;
}

/** What the newest attempt counts for: after ten others what an attempt took is worth a tenth of that. */
const newestShare = 0.2;

/** An attempt that failed counts as well: its slot was taken for as long. */
export function createWorkerLoad({ names, run }: Catalog): WorkerLoad {
  const seconds = new Map<string, number>();
  let busy = 0;
  return {
    async run(attempt) {
      const { handler } = attempt.task;
      const beganMs = performance.now();
      busy += 1;
      try {
        return await run(attempt);
      } finally {
        busy -= 1;
        const took = (performance.now() - beganMs) / 1_000;
        const before = seconds.get(handler) ?? took;
        // A name that is not in the catalog is a producer's text, of which there is no end.
        if (names.has(handler)) seconds.set(handler, before + newestShare * (took - before));
      }
    },
    busy: () => busy,
    secondsPerTask: () => Object.fromEntries([...seconds].map(([name, mean]) => [name, Number(mean.toFixed(6))])),
  };
}
