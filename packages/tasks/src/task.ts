import type { TaskId } from "@switchyard/protocol/task-id";
import type { GroupName } from "./group-name.ts";
import type { Caller } from "./handler.ts";

/**
 * A task is one unit of work somebody enqueues and a worker runs: the name of a handler, data for it, the group it belongs
 * to, and a place where its result is written.
 *
 *   queued ──▶ running ──▶ succeeded
 *                │  ▲  └──▶ failed        attempts used up, unknown handler, or a result that cannot be kept
 *                ▼  │
 *             retrying                    waiting for the next attempt after one that failed
 *
 *   running ──▶ queued                    handed back by a worker that had to stop; the attempt does not count
 *
 *   queued, running, retrying ──▶ cancelled
 *   failed ──▶ queued                     enqueued again by a person: a new life with all its attempts
 *
 * A *group* is the lane of order, concurrency and fairness: tasks of one group run one after the other in the order they
 * were enqueued unless the group allows more at once; groups run beside each other. A task without a group is in the group
 * of the ungrouped, the empty text.
 *
 * Running is at-least-once: a worker that dies after a side effect and before it could report has its task run again. An
 * attempt therefore knows its number and its token, and only the holder of the newest token may change the record; a worker
 * that was thought dead and returns is refused.
 *
 * The *record* is what everybody else sees. Each change raises its `seq` by one, so a watcher that keeps the highest `seq`
 * it has seen never goes backwards. A record outlives its task by the result time-to-live.
 */
export interface Task {
  /** `t_` and 21 characters; unique, not guessable. A BullMQ client chooses its own. */
  readonly id: TaskId;
  readonly handler: string;
  readonly data: unknown;
  /** 1-128 characters, or empty. */
  readonly group: GroupName;
  /** The user who may watch it; empty: nobody but holders of its token. */
  readonly user: string;
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly timeoutMs: number;
  /** The connection whose call it was; absent where a back end has enqueued it. */
  readonly caller?: Caller;
}

/** The wait between a failed attempt and the next: the same each time, or doubling up to an hour. */
export interface Backoff {
  readonly delayMs: number;
  readonly kind: "fixed" | "exponential";
}

export const taskStatuses = ["queued", "running", "retrying", "succeeded", "failed", "cancelled"] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** Once a task is in one of these, its record does not change any more, unless a failed one is enqueued again. */
export function isSettled(status: TaskStatus): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}

/** A task may wait for less than a year. */
export const aheadMaxMs = 365 * 86_400_000;

/** The hub's own handler, which tells a `callbackUrl` that its task is settled; every worker has it. */
export const callbackHandler = "hub.callback";
/** The hub's own handlers that anybody may enqueue: each publishes what its data says, to one target or to many. */
export const publishHandlers = ["hub.publish", "hub.broadcast"] as const;

/** Puts what its data says into inboxes. */
export const notifyHandler = "hub.notify";
/** Looks whether users have looked, when a notification's step of escalation is due. */
export const escalateHandler = "hub.escalate";

/** Sends what has happened in an app's channels to its webhooks. */
export const webhookHandler = "hub.webhook";
/** Brings what has happened to who is told of it (`events.receivers`). */
export const eventsHandler = "hub.events";

export function isPublishHandler(handler: string): boolean {
  return publishHandlers.some((name) => name === handler);
}

export function isInboxHandler(handler: string): boolean {
  return handler === notifyHandler || handler === escalateHandler;
}

/** What the hub sends to services of others: whether an attempt succeeds is theirs to say. */
export function isDelivery(handler: string): boolean {
  return handler === callbackHandler || handler === webhookHandler || handler === eventsHandler;
}

/** Every worker has these, and none registers them. */
export function isHubsOwn(handler: string): boolean {
  return isDelivery(handler) || isPublishHandler(handler) || isInboxHandler(handler);
}

/**
 * Times are milliseconds since 1970 by Redis' clock; null where it has not happened. `percent` is 0-100, null until the
 * current attempt has reported one, 100 once succeeded. `error` is why the last attempt failed, null while one is running.
 */
export interface TaskRecord {
  readonly id: TaskId;
  readonly handler: string;
  readonly group: GroupName;
  readonly user: string;
  readonly status: TaskStatus;
  readonly percent: number | null;
  readonly message: string | null;
  /** What the handler returned, exact as `parseExactJson` has it, to be written out again; null until it succeeded. */
  readonly result: unknown;
  readonly error: TaskFailure | null;
  /** 0 until the first attempt begins. */
  readonly attempt: number;
  readonly attempts: number;
  readonly seq: number;
  readonly enqueuedAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

/** Every reason a record can give. Programs branch on them, so none is renamed; docs/troubleshooting.md explains each. */
export const taskFailureCodes = [
  "handler_failed",
  "handler_unknown",
  "timeout",
  "result_too_large",
  "result_unserialisable",
  "worker_lost",
  "task_unreadable",
  "cancelled",
] as const;
export type TaskFailureCode = (typeof taskFailureCodes)[number];

/** Why an attempt failed, fit to be shown to whoever enqueued the task. */
export interface TaskFailure {
  readonly code: TaskFailureCode;
  readonly message: string;
}
