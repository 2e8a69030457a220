import type { GroupName } from "./group-name.ts";
import type { HandlerPace } from "./handler-pace.ts";

/**
 * What waits, as far as it matters to who decides how many workers there are: what could run now if there were a free slot, and how
 * long it has been so. Depth alone says little: a group of 10 000 tasks that run one after the other keeps one slot busy and no more.
 *
 * A reading costs Redis 0.5 to 1.3 ms, whatever waits. At most {@link groupsReadMax} groups are looked at; where there are more,
 * those are picked at random, the rest is estimated from them, and `isCapped` says so. All who read within a second share one reading.
 */
export interface Backlog {
  readonly counts: TaskCounts;
  /**
   * Tasks that a free slot would start at once: Σ over groups of min(waiting, limit − running), nothing of a group that is paused, full,
   * at its rate, or kept by a task between two attempts, and of a handler with a share no more than that has room for; and what is due or came past our door and is not in its group yet.
   */
  readonly runnable: number;
  /**
   * Those among them that were delayed and are due: workers move them, so where none runs they stay among those that are `delayed` or
   * `retrying`.
   */
  readonly due: number;
  /** Those among them that have failed before. Poison makes many, and more workers would only fail it faster. */
  readonly retryingRunnable: number;
  /** `runnable` by handler, those with most first, estimated from a sample where it is large: below a thousand handlers, the sample's. */
  readonly handlers: readonly HandlerBacklog[];
  /**
   * For how long the oldest runnable task could have been running, retries apart; null: nothing is runnable. In a group without a bound
   * it is the time since it was enqueued, due or enqueued again. In others it is the time since this process first saw the task at the head of a group
   * that could start it, so it is too small by the time between two readings, and begins at 0 with the process. What a group was paused for
   * does not count in either, for a day after it was resumed; what all of the queue was paused for does.
   */
  readonly oldestRunnableAgeMs: number | null;
  /**
   * Tasks that came in, and that left for good, over the last 10 s; over the time since the first reading while that is shorter, and over
   * the time between two readings where that is longer. Null at the first reading.
   */
  readonly inPerSecond: number | null;
  readonly outPerSecond: number | null;
  /** Those with most waiting, the first {@link topGroupsMax}. */
  readonly groups: readonly GroupBacklog[];
  /** Of handlers with a share, a hundred at most. */
  readonly shares: readonly ShareBacklog[];
  /**
   * Handlers that some worker has been handed a task of and has not, with what waits for a worker that has them, of groups the first 50; see
   * decision 33.
   */
  readonly lacking: readonly { readonly handler: string; readonly waiting: number }[];
  /** What attempts of these handlers took within a day, by workers that may be gone. */
  readonly remembered: ReadonlyMap<string, HandlerPace>;
  readonly isCapped: boolean;
}

/** All tasks of the queue that are not settled, each once; `dead` are those that failed for good within a week. */
export interface TaskCounts {
  readonly queued: number;
  readonly running: number;
  /** Between two attempts. */
  readonly retrying: number;
  /** Not due yet. */
  readonly delayed: number;
  readonly dead: number;
}

export interface GroupBacklog {
  readonly group: GroupName;
  readonly waiting: number;
  /** Places that are taken: by tasks that run, or keep theirs between two attempts. */
  readonly active: number;
  /** Null: no bound. */
  readonly limit: number | null;
  /** Of the task that is next in line, since it was enqueued or due, a pause included; null: nothing waits. */
  readonly oldestAgeMs: number | null;
}

export interface HandlerBacklog {
  readonly handler: string;
  /** First attempts and others. */
  readonly runnable: number;
  readonly retrying: number;
  /** As {@link Backlog.oldestRunnableAgeMs}, of this handler; null: it has retries alone. */
  readonly oldestAgeMs: number | null;
}

/** Of a handler that may have so many tasks running and no more, over all workers and groups. */
export interface ShareBacklog {
  readonly handler: string;
  readonly limit: number;
  readonly running: number;
  /** Ungrouped tasks that have found no place. */
  readonly waitingTasks: number;
  /** Groups whose next task has found none: all that waits in them waits for it. */
  readonly waitingGroups: number;
}

export const groupsReadMax = 40;
/** Of those that are due and in no group yet. */
export const dueReadMax = 100;
export const topGroupsMax = 20;
