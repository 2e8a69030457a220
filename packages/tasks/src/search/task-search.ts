import type { TaskId } from "@switchyard/protocol/task-id";
import type { GroupName } from "../group-name.ts";
import type { TaskStatus } from "../task.ts";

/**
 * Finds tasks by what they are, over all there are in Redis. What is found is told in short, as heads: no data, no result, so that a list
 * of them stays small whatever tasks carry.
 *
 * Tasks come in this order: those that run, those that wait for a worker, those that wait for a time, and then those that have failed, were
 * cancelled, and have succeeded; of a group those that have failed come before those that wait for a time, as those are looked for among all.
 * Each of these begins with the newest, but those that wait for a time, which come as they are due. While tasks move, one may be listed twice or
 * not at all; one that stays what it is, is listed once.
 *
 * What has ended is listed for as long as the queue keeps it: failed tasks for a week (10 000 of a group), cancelled ones for a month (the newest
 * {@link cancelledMax}), and of those that succeeded the newest 1 000 of the last hour. By its id each is found while it has a record.
 *
 * A group's waiting and failed tasks are looked up. Handler, user, reason and times have no index: tasks are looked at one by one, at most
 * {@link examinedFirstMax} for the first page and {@link examinedMax} for each behind it, {@link examinedAtOnce} of them in one step of Redis. So
 * a page may be short, or empty, and have more behind it.
 */
export interface TaskSearch {
  /** @throws TaskRejection naming what of the request cannot be asked for */
  find(request: TaskSearchRequest): Promise<TaskPage>;
}

export interface TaskSearchRequest extends TaskFilter {
  /** One task, whatever has become of it; with nothing beside it. */
  readonly id?: string | undefined;
  /** Of the page before, of the same search. */
  readonly cursor?: string | undefined;
  /** 1-1 000; default 100. */
  readonly limit?: number | undefined;
  /** Tasks of other groups are passed over, as if they were not there. */
  readonly sees?: ((group: GroupName) => boolean) | undefined;
}

/** What is absent matches anything. */
export interface TaskFilter {
  readonly status?: TaskStatus | undefined;
  readonly handler?: string | undefined;
  /** Empty: those without a group. */
  readonly group?: string | undefined;
  readonly user?: string | undefined;
  /** Why they failed: the beginning of its first line, where numbers match any others. */
  readonly reason?: string | undefined;
  /** Of the last of its times: when it ended, else when it first began to run, else when it was enqueued. Both are within. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

export interface TaskPage {
  readonly tasks: readonly TaskHead[];
  /** Empty: that was all. */
  readonly cursor: string;
  /** How many tasks were looked at for this page. */
  readonly examined: number;
  /** How many a search like this looks at in all, as things are now. */
  readonly total: number;
  /** False: it stopped at a bound, before the page was full and before everything was looked at. */
  readonly isComplete: boolean;
  /** By Redis' clock, as all times of a head: ages are reckoned from it. */
  readonly readAtMs: number;
}

/** What is there to know of a task but its data and its result. See `TaskRecord`. */
export interface TaskHead {
  readonly id: TaskId;
  readonly handler: string;
  readonly group: GroupName;
  readonly user: string;
  readonly status: TaskStatus;
  readonly percent: number | null;
  readonly attempt: number;
  readonly attempts: number;
  /** Why the last attempt failed, shortened to {@link reasonMaxLength} characters; `code` is null where the record is gone that had it. */
  readonly error: { readonly code: string | null; readonly message: string } | null;
  readonly enqueuedAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  /** Not before then, where it waits for its delay or for its next attempt. */
  readonly dueAtMs: number | null;
}

export const examinedMax = 10_000;
/** What is asked for again and again, as long as somebody looks at it, is the first page: 5 ms of Redis. */
export const examinedFirstMax = 1_000;
/** Redis does nothing else meanwhile, for less than a millisecond, nor while so many are put together. */
export const examinedAtOnce = 150;
/** What is left of {@link examinedMax} then is left for the next page. */
export const searchTimeMaxMs = 200;
export const cancelledMax = 10_000;
export const reasonMaxLength = 200;
