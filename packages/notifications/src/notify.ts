import type { AddReply, Inbox, InboxCounts, Notification } from "@switchyard/inbox/inbox";
import type { InboxUser } from "@switchyard/inbox/inbox-user";
import type { TaskQueue } from "@switchyard/tasks/task-queue";

/**
 * *One call* that reaches who is online now, is in the inbox with a badge for who is not, and goes on by push, e-mail or any other
 * handler to who has not looked.
 *
 *   request ──▶ timers of escalation ──▶ an item in each user's inbox, and its event
 *                       │
 *                       └─ one fires: is the item still unseen (unread)? ──▶ a task for the handler, one per user
 *
 * The timers come first. Whoever dies in between leaves a timer that finds nothing to do, never an item that nobody follows up.
 * Nothing is ever cancelled: a timer looks at what is true when it fires, so reading an item need not find its timers.
 *
 * Ids follow from the notification's: those of its items, its timers and its tasks. So whatever is repeated, by a caller under
 * its key or by a task whose worker was killed, happens once.
 *
 * Levels of receipt are kept apart, because others promise each: *stored* Redis, *seen* and *read* the user's program,
 * *interacted* the user, *escalated* the queue that has taken the task. What the handler then achieves is the handler's to say.
 */
export interface Delivery {
  readonly notification: Notification;
  /** Some or all of its users, each once. */
  readonly users: readonly InboxUser[];
  /** As it was sent, for handlers of an escalation. */
  readonly item: Readonly<Record<string, unknown>>;
  readonly escalate: readonly EscalationStep[];
  /** The same for requests that ask for the same. */
  readonly digest: string;
  /** Which of its chunks of {@link usersPerTask} users this begins with. */
  readonly firstChunk: number;
}

/** What happens about users who have not looked. Each step of a chain is decided by itself, at its own time. */
export interface EscalationStep {
  /** After the request, or after `deliverAt`. */
  readonly afterMs: number;
  /** What is snoozed is seen, and not read: `read` waits until it has woken, and then for `afterMs` again. */
  readonly unless: "seen" | "read";
  /** `offline`: and has no connection at that moment. */
  readonly when: "always" | "offline";
  /** Gets a task with `EscalationData`. */
  readonly handler: string;
  /** What a user's preferences call it, `push` or `email`; the handler's name where it is not said. */
  readonly via: string;
}

/** What a handler gets: one user, and what was true when the step fired. */
export interface EscalationData {
  readonly user: string;
  readonly notification: string;
  /** As it was sent, with its `id`. */
  readonly item: Readonly<Record<string, unknown>>;
  /** For the badge of an icon. */
  readonly counts: InboxCounts;
  readonly escalation: EscalationStep & { readonly step: number };
}

/** What notifications stand on; the composition root of a process gives it. */
export interface NotifyParts {
  readonly inbox: Pick<
    Inbox,
    | "add"
    | "counts"
    | "identify"
    | "note"
    | "noteEscalation"
    | "outcomes"
    | "preferences"
    | "read"
    | "recall"
    | "statuses"
  >;
  readonly queue: Pick<TaskQueue, "enqueueMany">;
  /** Told what each user's turn came to. */
  readonly onItem?: (reply: AddReply) => void;
}

export interface Delivered {
  readonly replies: ReadonlyMap<InboxUser, AddReply>;
  /** It was taken back: nothing of it is there any more, and nothing more is written. */
  readonly isRecalled: boolean;
}

/** At most so many users are written while a caller waits; more are the work of tasks. */
export const inlineUsersMax = 100;
/** Of one task of a notification to many, and of one timer. */
export const usersPerTask = 500;
/** Of one notification. Everybody is not a list of users; that would be one list everybody reads, which there is not yet. */
export const usersMax = 10_000;
