import type { TaskStage } from "./task-stage.ts";

/** An act on many tasks, as the api answers it. */
export interface WatchedAct {
  readonly id: string;
  readonly status: "running" | "finished" | "aborted";
  readonly matched: number;
  readonly done: number;
  readonly skipped: number;
}

export interface BulkWatch {
  /** As it was last read. */
  readonly act: WatchedAct;
  /** The longest time in which it ran and nothing was seen to happen, by this process' clock. */
  readonly stillMs: number;
  look(): Promise<WatchedAct>;
  /** Counts stillness anew from here. */
  reset(): void;
}

/** Follows an act by what an api says of it; `api` must be one that lives. */
export function watchBulkAct(stage: TaskStage, begun: WatchedAct, api: number): BulkWatch {
  let [act, movedAtMs, stillMs] = [begun, performance.now(), 0];
  return {
    get act() {
      return act;
    },
    get stillMs() {
      return stillMs;
    },
    async look() {
      const { body } = await stage.request(`/v1/bulk-acts/${begun.id}`, { api });
      const [next, nowMs] = [body as WatchedAct, performance.now()];
      const hasMoved = next.done + next.skipped !== act.done + act.skipped || next.status !== act.status;
      // One that is over stands still for good.
      if (act.status === "running") stillMs = Math.max(stillMs, nowMs - movedAtMs);
      if (hasMoved) movedAtMs = nowMs;
      act = next;
      return act;
    },
    reset() {
      [movedAtMs, stillMs] = [performance.now(), 0];
    },
  };
}
