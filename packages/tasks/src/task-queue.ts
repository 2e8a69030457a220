import type { Backoff, Task, TaskRecord } from "./task.ts";

/**
 * Where tasks wait. The producer's side: enqueue, look, cancel, retry. Order, concurrency and fairness by group are kept
 * behind this contract, whatever the queue underneath.
 */
export interface TaskQueue {
  /**
   * Stores the record (`queued`, seq 1) and makes the task available to workers, in this order: a worker never meets a task
   * without a record.
   * @throws TaskRejection when the task cannot be accepted; nothing is stored then.
   */
  enqueue(request: EnqueueRequest): Promise<Enqueued>;
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
  /** Milliseconds since 1970; instead of `delayMs`. */
  readonly runAt?: number;
  readonly attempts?: number;
  readonly backoff?: Backoff;
  readonly timeoutMs?: number;
  /** The same key with the same request returns the first task, with another request it is refused. */
  readonly idempotencyKey?: string;
  readonly resultTtlMs?: number;
}

export interface Enqueued {
  readonly task: Pick<Task, "id" | "group" | "user">;
  /** True when the idempotency key was known and nothing new was enqueued. */
  readonly duplicate: boolean;
  /** The record as it was created, for whoever announces it; absent for a duplicate, which was announced before. */
  readonly record?: TaskRecord;
}
