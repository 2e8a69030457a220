import type { PastAct } from "./past-act.ts";
import type { TaskFailure } from "./task.ts";

/** What was done to a task and what became of it, each the oldest first. */
export interface TaskCourse {
  readonly attempts: readonly PastAttempt[];
  readonly acts: readonly PastAct[];
}

/**
 * One execution of a task, as it is told to who looks after the hub. Of a task that succeeded at its first attempt nothing is kept
 * beside its record, which says the same; of others there is a note of each attempt that failed, was cancelled or handed back, and of the one
 * that succeeded after them: the newest `tasks.attempts_kept`, for as long as the record. One whose worker was lost could leave none.
 */
export interface PastAttempt {
  /** From 1. One that was handed back does not count, so its number comes again; so do all when a failed task is enqueued again. */
  readonly number: number;
  /** `handed_back`: its worker had to stop. */
  readonly outcome: "running" | "succeeded" | "failed" | "cancelled" | "handed_back";
  /** As the list of workers calls it; null where nobody wrote it down. */
  readonly worker: string | null;
  readonly error: TaskFailure | null;
  /** Where the handler's own code threw, of one that runs within the worker. */
  readonly place: string | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** What the handler has said meanwhile, of an attempt that did not succeed: its last lines. */
  readonly log: readonly LogLine[];
  /** Lines before them. */
  readonly logDropped: number;
}

export interface LogLine {
  readonly afterMs: number;
  readonly text: string;
}
