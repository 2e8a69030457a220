import { slotsOfWorkers } from "../../tasks/slots-of-workers.ts";
import type { HubSnapshot } from "./hub-watch.ts";

/** What a hub is measured by, beside what it is. */
export interface JudgedBy {
  /** Of `worker.processes.target_wait`. */
  readonly targetWaitMs: number;
  readonly needSlots: number;
  /** Of what a worker can run and does not mostly fail; null: none of it waits. */
  readonly oldestAgeMs: number | null;
}

export function judgedBy({ backlog, workers }: HubSnapshot, targetWaitMs: number): JudgedBy {
  const { need, oldestAgeMs } = slotsOfWorkers(backlog, workers, targetWaitMs / 1_000);
  return { targetWaitMs, needSlots: need, oldestAgeMs };
}
