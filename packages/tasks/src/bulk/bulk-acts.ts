import type { TaskFilter } from "../search/task-search.ts";
import type { TaskStatus } from "../task.ts";

/**
 * Acts on every task that a filter finds, at a rate: what `retry`, `cancel` and `discard` do to one. What was asked for lies in Redis, and whichever process
 * runs {@link BulkRunner} does it, step by step; when that process dies another one goes on within {@link holdMs}.
 *
 *   begin ──▶ running ──▶ finished      everything was looked at, or `limit` tasks were acted on
 *                └──────▶ aborted       nothing more is done; what was done stays done
 *
 * What is acted on was there when it was asked for: a task that fails after that is neither retried nor discarded, and one that is enqueued, or enqueued again,
 * after that is not cancelled. A task is judged and acted on and counted in one step of Redis, so two such acts never do the same to one task
 * and `done` is exact. Failed tasks are taken the oldest first.
 *
 * A task that waits may begin to run, or be put off, while a `cancel` goes through those that wait: then it may be missed, as by whoever looks
 * through them page by page.
 */
export interface BulkActs {
  /** How many a filter finds now; nothing is changed. Costs Redis 5 to 8 µs for each task that is looked at, in small steps, and nearly nothing where
   * only a group and times are named. */
  count(selection: BulkSelection): Promise<BulkCount>;
  /** @throws TaskRejection naming what of the request cannot be done, or that as many go on as may. */
  begin(request: BulkRequest): Promise<BulkState>;
  /** For a week after its end; undefined when there is none of that id. */
  find(id: string): Promise<BulkState | undefined>;
  /** The newest {@link listedMax}, the newest first. */
  list(): Promise<readonly BulkState[]>;
  /** When this has resolved nothing more is acted on. One that is over stays as it is. Undefined when there is none of that id. */
  abort(id: string): Promise<BulkState | undefined>;
}

/** Does what was begun, whoever began it. */
export interface BulkRunner {
  /** Lets go of what it has under way; another runner takes it at once. */
  close(): Promise<void>;
}

export interface BulkSelection {
  readonly act: BulkAct;
  readonly filter: BulkFilter;
}

/** `retry` and `discard` take failed tasks, `cancel` those that have no end yet. */
export type BulkAct = "retry" | "cancel" | "discard";

/** What is absent matches anything. `status` must be one that the act takes; without it, all that it takes. */
export type BulkFilter = TaskFilter;

export interface BulkRequest extends BulkSelection {
  /** Tasks a second, 1 to {@link perSecondMax}. What has just been mended should not meet everything that failed at once. */
  readonly perSecond: number;
  /** Acts on so many and is finished then; without it, on all. */
  readonly limit?: number | undefined;
  /** Tasks of these handlers are left alone and counted as skipped. */
  readonly except?: readonly string[] | undefined;
  /** Why, for people; part of what cancelled tasks say. */
  readonly reason?: string | undefined;
  /** Who asked for it, for people. */
  readonly by: string;
  /** Means nothing here; told again when it has finished, to whichever process finishes it. */
  readonly origin?: Readonly<Record<string, string>> | undefined;
  /** Of the count that was looked at before, `BulkCount.untilMs`: what came since is left alone. */
  readonly untilMs?: number | undefined;
}

export interface BulkCount {
  readonly matched: number;
  /** False: looking was broken off at a bound, and there may be more. */
  readonly isComplete: boolean;
  /** When it was counted, by Redis' clock. */
  readonly untilMs: number;
}

export interface BulkState extends BulkSelection {
  /** `b_` and 21 characters. */
  readonly id: string;
  readonly status: "running" | "finished" | "aborted";
  readonly perSecond: number;
  readonly limit: number | null;
  readonly reason: string | null;
  readonly by: string;
  readonly origin: Readonly<Record<string, string>>;
  /** As it was counted when it began. */
  readonly matched: number;
  readonly isMatchedComplete: boolean;
  /** Acted on so far. */
  readonly done: number;
  /** Found, and something else by the time it was their turn, or of a handler that is left alone. */
  readonly skipped: number;
  /** Nothing that came after it is acted on. */
  readonly untilMs: number;
  readonly beganAtMs: number;
  readonly endedAtMs: number | null;
}

export const bulkActs = ["retry", "cancel", "discard"] as const satisfies readonly BulkAct[];
/** What an act takes, where the filter names no status. */
export const statusesOf = {
  retry: ["failed"],
  cancel: ["queued", "running", "retrying"],
  discard: ["failed"],
} as const satisfies Record<BulkAct, readonly TaskStatus[]>;

export const perSecondMax = 1_000;
export const bulkLimitMax = 1_000_000;
/** At the same time, over the whole hub: each costs Redis its rate, and people lose sight of more. */
export const runningMax = 10;
export const listedMax = 50;
/** A process that was killed is waited for so long. */
export const holdMs = 6_000;
/** Counting is broken off then. */
export const countTimeMaxMs = 2_000;
