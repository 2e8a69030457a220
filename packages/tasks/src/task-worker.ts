import type { Caller } from "./handler.ts";
import type { Task, TaskFailure, TaskFailureCode } from "./task.ts";

/**
 * The consumer's side of the queue. A worker takes tasks as long as it has room, runs each through `run`, and settles it by
 * what `run` returns; it never lets one escape: a `run` that throws counts as a failed attempt.
 */
export interface TaskWorker {
  start(): void;
  /** Takes nothing new, waits for the attempts in flight; at the deadline it aborts them and hands their tasks back. */
  drain(timeoutMs: number): Promise<void>;
  /** Undefined when it can take tasks, else the reason. */
  check(): Promise<string | undefined>;
  close(): Promise<void>;
}

/**
 * One execution of a task. `number` counts from 1; an attempt that was interrupted (a worker lost, or stopped) does not
 * count, so its number comes again. `token` is the fence that lets only the newest attempt write: a whole number as text
 * that grows with every execution of the task, so that another store can refuse a late writer by it, too.
 */
export interface Attempt {
  readonly task: Task;
  /**
   * The task's data as JSON on one line: what to hand to a program or a service. Every number is spelled as its producer
   * did, where `task.data` has JavaScript's numbers.
   */
  readonly dataJson: string;
  readonly number: number;
  readonly token: string;
  /** Aborted on timeout, cancellation, loss of the lock, and when the worker must stop. */
  readonly signal: AbortSignal;
  /** 0-100 with an optional line for people; sent at most every 100 ms, the last one always. */
  readonly progress: (percent: number, message?: string) => void;
  /** Keeps a line for who looks at the task, if this attempt does not succeed: the last ones, within the bound of its handler. */
  readonly log: (text: string) => void;
  /** The connection that asks, where this is a call (see `HandlerCaller`), or a task that a call has become. */
  readonly caller?: Caller;
  /** The same where something is asked again. */
  readonly idempotencyKey?: string;
}

/** How an attempt ended. */
export type Outcome =
  /** Numbers JavaScript would write otherwise stay as they were spelled where `result` comes from `parseExactJson`. */
  | { readonly kind: "succeeded"; readonly result: unknown }
  /** `final`: another attempt cannot help (unknown handler, result too large). */
  | {
      readonly kind: "failed";
      readonly code: TaskFailureCode;
      readonly message: string;
      readonly final: boolean;
      /** Milliseconds that another attempt waits for at least, an hour at most: what a service asks for that has too much to do. */
      readonly retryAfterMs?: number;
      /** For the log alone: a stack, the last lines of stderr. Whoever enqueued the task is not shown it. */
      readonly detail?: Readonly<Record<string, unknown>>;
    };

export type RunAttempt = (attempt: Attempt) => Promise<Outcome>;

/** A task that an attempt of this worker has ended, with success or for good. */
export interface SettledTask {
  readonly handler: string;
  readonly status: "succeeded" | "failed";
  /** The number of its last attempt. */
  readonly attempt: number;
  /** Since it was enqueued, by Redis' clock; retries and a delay that was asked for included. */
  readonly tookMs: number;
  /** Of one that failed. */
  readonly error?: TaskFailure;
}

/**
 * Called when Redis has taken the end, for whoever counts in this process. Others learn of it through the `RecordAnnouncement`, which is part
 * of the change itself.
 */
export type OnSettled = (task: SettledTask) => void;
