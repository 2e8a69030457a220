import type { Backlog } from "./backlog.ts";
import type { BulkActs } from "./bulk/bulk-acts.ts";
import type { TaskGroups } from "./group.ts";
import type { Caller } from "./handler.ts";
import type { ActNote } from "./past-act.ts";
import type { TaskCourse } from "./past-attempt.ts";
import type { TaskSearch } from "./search/task-search.ts";
import type { Backoff, Task, TaskRecord } from "./task.ts";
import type { TaskRejection } from "./task-rejection.ts";

/**
 * Where tasks wait. The producer's side: enqueue, look, cancel, retry. Order, concurrency and fairness by group are kept
 * behind this contract, whatever the queue underneath.
 *
 * Ids are texts from outside: each method parses them before anything else and throws TaskRejection for a text that no task
 * can be called.
 */
export interface TaskQueue {
  /**
   * Stores the record (`queued`, seq 1) and makes the task available to workers, in one step.
   * @throws TaskRejection when the task cannot be accepted; nothing is stored then.
   */
  enqueue(request: EnqueueRequest): Promise<Enqueued>;
  /** The same for many, in their order; what is refused is refused alone. */
  enqueueMany(requests: readonly EnqueueRequest[]): Promise<readonly (Enqueued | TaskRejection)[]>;
  /**
   * Ends a task wherever it is: one that waits is taken out of the queue, one that runs has its signal aborted, and a
   * `command` its program ended. The record says `cancelled` at once; what a running attempt still returns is refused.
   */
  cancel(taskId: string, reason?: string): Promise<CancelReply>;
  /** Enqueues a failed task again, at the end of its group and with all its attempts, under the same id. */
  retry(taskId: string, note?: ActNote): Promise<RetryReply>;
  /** Takes a task that failed for good out of the dead letters, with all it carries: it cannot be run again. Its record keeps its failure. */
  discard(taskId: string, note?: ActNote): Promise<DiscardReply>;
  /**
   * Lets all of the queue go on where it was paused as a whole, which dashboards and BullMQ clients do. @returns whether it was
   */
  resume(): Promise<boolean>;
  /** What became of its attempts, and who had it run again; undefined when there is no such task. */
  course(taskId: string): Promise<TaskCourse | undefined>;
  readonly groups: TaskGroups;
  readonly search: TaskSearch;
  readonly bulkActs: BulkActs;
  /** What waits and could run; cheap, however often it is asked for. */
  backlog(): Promise<Backlog>;
  /** What runs it, for as long as it can be run, also when its record has expired; undefined when there is no such task. */
  handlerOf(taskId: string): Promise<string | undefined>;
  /** Undefined when unknown or when its record has expired. */
  find(taskId: string): Promise<TaskRecord | undefined>;
  /**
   * Waits until the task is settled or the time is over, and returns the record as it is then. Holds no connection per
   * waiter.
   */
  waitForSettled(taskId: string, timeoutMs: number): Promise<TaskRecord | undefined>;
  /** Undefined when Redis answers, else the reason. */
  check(): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface EnqueueRequest {
  readonly handler: string;
  readonly data?: unknown;
  /** A number is taken as its text, as PHP producers send it. */
  readonly group?: string | number;
  readonly user?: string;
  /** 0 first … 100 last within a group; default 0. */
  readonly priority?: number;
  readonly delayMs?: number;
  /** Milliseconds since 1970, or ISO 8601 with its offset; instead of `delayMs`. Compared with Redis' clock. */
  readonly runAt?: number | string;
  readonly attempts?: number;
  readonly backoff?: Backoff;
  readonly timeoutMs?: number;
  /** The same key with the same request returns the first task, with another request it is refused. */
  readonly idempotencyKey?: string;
  /** For how long the key is kept; without it a day longer than the record. */
  readonly idempotencyTtlMs?: number;
  readonly resultTtlMs?: number;
  /**
   * Told of the end by a signed POST of the record, which is a task of its own, `c_` and the rest of the id, and is retried
   * like one. Needs `tasks.signing_secret`.
   */
  readonly callbackUrl?: string;
  /** The connection whose call becomes this task; its handler is told. No part of what an idempotency key stands for. */
  readonly caller?: Caller;
}

export interface Enqueued {
  readonly task: Pick<Task, "id" | "group" | "user">;
  /** True when the idempotency key was known and nothing new was enqueued. */
  readonly duplicate: boolean;
}

/** `settled`: it has its end already. `record` is as it is now, for whoever announces it. */
export interface CancelReply {
  readonly verdict: "cancelled" | "settled" | "unknown";
  readonly record?: TaskRecord;
}

/**
 * `not_failed`: it is not settled, or it succeeded or was cancelled. `succeeded`: so much is known, though its record has expired. `gone`: its data is not kept any more, a week after its
 * failure. `record` is as it is now, for whoever announces it.
 */
export interface RetryReply {
  readonly verdict: "queued" | NoLetter;
  readonly record?: TaskRecord;
}

/** `gone`: it was no dead letter any more. Otherwise as in {@link RetryReply}. */
export interface DiscardReply {
  readonly verdict: "discarded" | NoLetter;
  readonly record?: TaskRecord;
}

type NoLetter = "not_failed" | "succeeded" | "gone" | "unknown";
