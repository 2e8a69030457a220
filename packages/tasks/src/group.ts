import type { TaskId } from "@switchyard/protocol/task-id";
import type { allGroups, GroupName } from "./group-name.ts";
import type { GroupTrouble } from "./group-trouble.ts";
import type { ActNote } from "./past-act.ts";

/**
 * A group is a lane of tasks: the text its tasks carry, `""` for those without one. It exists as long as something of it
 * waits, runs or is set; nobody creates it and an idle one costs nothing.
 *
 *   enqueued ──▶ waiting ──▶ active ──▶ settled
 *                   ▲           │
 *                   └── held ◀──┘      waiting for its next attempt and, under `block`, keeping its place
 *
 * Order within a group is the order of becoming due, lower priority numbers first; a retried, stalled or handed-back task
 * returns to its old place, a redriven one goes to the end. Between groups it is weighted fair queueing: a group with
 * weight 3 is given three starts for every one of a group with weight 1, and a group that was idle starts at the present,
 * with neither credit nor debt.
 *
 * Whatever is set here holds at once, over all workers, and for groups that do not exist yet.
 *
 * Names and ids are texts from outside: each method parses them before anything else and throws TaskRejection, naming the
 * field, for one that no group or task can have.
 */
export interface TaskGroups {
  /** The groups something waits, runs, is set or has failed for good in, in no order, each at least once over all pages; a page may be short, or empty. */
  list(page: GroupPageRequest): Promise<Page<GroupState>>;
  /** Of a group that nothing is known about: idle, under the settings of all groups. */
  get(group: string): Promise<GroupState>;
  /**
   * Changes what the patch names and keeps the rest as it holds now; `null` takes back everything that was set at run time.
   * `*` are all groups without settings of their own.
   */
  configure(group: string, patch: Partial<GroupSettings> | null): Promise<GroupState>;
  /** Starts nothing more of it; what runs goes on. */
  pause(group: string, note?: ActNote): Promise<GroupState>;
  /** Also forgets failures counted for `pauseAfter`. */
  resume(group: string): Promise<GroupState>;
  /** Cancels what waits, lets run what runs. @returns how many were cancelled. */
  drain(group: string): Promise<number>;
  /** Cancels what waits, what is held and what runs. @returns how many. */
  cancelAll(group: string, reason?: string): Promise<number>;
  /** Tasks of it that failed for good, the newest first; kept for a week. */
  deadLetters(group: string, page: PageRequest): Promise<Page<DeadLetter>>;
  /** Why they failed, of the newest {@link reasonsReadMax}; those of one kind differ in their numbers only. */
  deadReasons(group: string): Promise<DeadReasons>;
  /**
   * Enqueues its dead letters again, the oldest first, each with all its attempts.
   * @param check of the handler of each; what it throws comes before anything is enqueued
   * @returns how many
   */
  redrive(group: string, note?: ActNote, check?: (handler: string) => void): Promise<number>;
  /** Takes its dead letters out of the queue, with all they carry; their records keep their failures. @returns how many */
  discard(group: string, note?: ActNote): Promise<number>;
  /** Why a task does not run, or what it does instead. */
  why(taskId: string): Promise<Explanation>;
  /** Which groups are paused, and what has failed for good; cheap, however much there is. */
  trouble(): Promise<GroupTrouble>;
  /** Makes the index of groups anew from the queue's own keys. For emergencies: workers that start do it once a day. */
  rebuild(): Promise<RebuiltIndex>;
}

/**
 * What holds for a group: what was set for it at run time, else its own in the settings file, else `*` at run time, else `*`
 * in the file, else the defaults here.
 */
export interface GroupSettings {
  /** Tasks of the group that run at the same time, over all workers; default 1. Null, the default of the ungrouped: no bound. */
  readonly concurrency: number | null;
  /** Its share beside other groups that have work; default 1. */
  readonly weight: number;
  /** Starts per window; null: as many as can be. */
  readonly rate: { readonly max: number; readonly perMs: number } | null;
  readonly onFailure: OnFailure;
  /** Waiting tasks at most; null: no bound. Kept for tasks that come through `TaskQueue`. */
  readonly maxSize: number | null;
  /** What becomes of a task that finds the group full. A dropped one is cancelled with code `group_full`. */
  readonly onFull: "reject" | "drop-oldest" | "drop-newest";
}

/**
 * What a failed attempt does to its group until the next one: `block` keeps the place, so nothing overtakes (default);
 * `skip` gives it free. With `pauseAfter` it is `block`, and the group is paused once so many of its tasks in a row have
 * failed for good.
 */
export type OnFailure = "block" | "skip" | { readonly pauseAfter: number };

export interface GroupState {
  readonly id: GroupName | typeof allGroups;
  readonly status: "idle" | "ready" | "maxed" | "limited" | "paused" | "throttled";
  /** Why, for people; null when there is nothing to say. */
  readonly reason: string | null;
  /** Since when it itself is paused, and whose act that was; null: it is not, or nobody knows; `pausedBy` also where `pauseAfter` did it. */
  readonly pausedAtMs: number | null;
  readonly pausedBy: string | null;
  /** When its rate window opens again; null unless it is limited. */
  readonly limitedUntilMs: number | null;
  readonly waiting: number;
  readonly active: number;
  /** Between two attempts and keeping their place. */
  readonly held: number;
  /** The task that is next in line. */
  readonly oldest: { readonly id: TaskId; readonly enqueuedAtMs: number } | null;
  readonly deadLetters: number;
  readonly settings: GroupSettings;
  /** Something was set for it at run time, which `configure` with null takes back. */
  readonly hasOwnSettings: boolean;
}

export interface RebuiltIndex {
  /** All that wait, run or are delayed, each at least once. */
  readonly tasks: number;
  /** Those that were missing in the index. */
  readonly restored: number;
}

export interface DeadReasons {
  /** Those that most have failed with first. */
  readonly reasons: readonly DeadReason[];
  /** How many dead letters were looked at. */
  readonly examined: number;
  /** How many there are. */
  readonly total: number;
}

export interface DeadReason {
  /** Of the newest, its first line. */
  readonly reason: string;
  readonly count: number;
  /** Not all of them have this very text. */
  readonly numbersDiffer: boolean;
  readonly newestId: TaskId;
  readonly newestAtMs: number;
}

/** In four steps of a millisecond. */
export const reasonsReadMax = 1_000;

export interface DeadLetter {
  readonly id: TaskId;
  readonly handler: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAtMs: number;
}

/** The state of one task as its queue sees it. `group` is there when the task is known; times are ms since 1970. */
export type Explanation =
  | { readonly state: "unknown" }
  | { readonly state: "settled"; readonly group: GroupName; readonly status: "succeeded" | "failed" | "cancelled" }
  | { readonly state: "running"; readonly group: GroupName; readonly sinceMs: number }
  /** Its delay, or the wait before its next attempt, is not over. */
  | { readonly state: "delayed"; readonly group: GroupName; readonly untilMs: number }
  /** `queue`: all of it is paused, which only dashboards and BullMQ clients do. */
  | {
      readonly state: "paused";
      readonly group: GroupName;
      readonly ahead: number;
      readonly paused: "queue" | "group";
      readonly reason: string;
    }
  | { readonly state: "limited"; readonly group: GroupName; readonly ahead: number; readonly untilMs: number }
  /** All places of its group are taken, by these tasks. */
  | { readonly state: "maxed"; readonly group: GroupName; readonly ahead: number; readonly by: readonly string[] }
  /** The place it needs is kept for a task that waits for its next attempt. */
  | {
      readonly state: "held";
      readonly group: GroupName;
      readonly ahead: number;
      readonly by: string;
      readonly untilMs: number;
    }
  /** Its handler has a share (`concurrency` in the catalog), and so many of its tasks run already, of whatever groups. */
  | { readonly state: "handler_maxed"; readonly group: GroupName; readonly ahead: number; readonly limit: number }
  /** The whole queue is at a limit that a dashboard or a BullMQ client has set; `limit` completes "no more than". */
  | { readonly state: "throttled"; readonly group: GroupName; readonly ahead: number; readonly limit: string }
  /** Its group may run; so many of its tasks come first. */
  | { readonly state: "behind"; readonly group: GroupName; readonly ahead: number }
  /** The next of its group; it waits for a free worker. */
  | { readonly state: "ready"; readonly group: GroupName };

export interface PageRequest {
  /** Empty: from the beginning. */
  readonly cursor?: string;
  /** 1-1000, default 100; a hint for `list`. */
  readonly limit?: number;
}

export interface GroupPageRequest extends PageRequest {
  /** These alone, which are looked for where they can be. */
  readonly status?: GroupState["status"] | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty: that was all. */
  readonly cursor: string;
}
