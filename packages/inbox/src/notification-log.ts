import type { InboxUser } from "./inbox-user.ts";
import type { NotificationId } from "./notification-id.ts";

/** What has become of notifications, for a week. Lies in a slot of its own per notification: it is told, never counted on. */
export interface NotificationLog {
  /**
   * Which notification an idempotency key means: one made now, and for a week from then the same one. Not a digest of the key, for
   * items outlive the week, and a key that is used again after it would find those of then.
   */
  identify(idempotencyKey: string): Promise<NotificationId>;
  /**
   * Notes a request before its items are added, and to whom they go; again and again while a fan-out goes on.
   * `digest` is of the whole request: `conflict` when the id, and so the idempotency key, belongs to another one.
   */
  note(id: NotificationId, entry: NotificationEntry): Promise<"new" | "known" | "recalled" | "conflict">;
  /** Escalation has handed it over for these users. */
  noteEscalation(id: NotificationId, via: string, users: readonly InboxUser[]): Promise<void>;
  /** Looks at the items of all recipients as they are now, so it costs as much as there are. Undefined: not known (any more). */
  report(id: NotificationId): Promise<NotificationReport | undefined>;
  /** Removes its items everywhere, and lets none be added any more. How many there were; undefined as above. */
  recall(id: NotificationId): Promise<{ readonly removed: number } | undefined>;
}

export interface NotificationEntry {
  readonly digest: string;
  readonly users: readonly InboxUser[];
}

export interface NotificationReport {
  readonly id: NotificationId;
  readonly createdAtMs: number;
  readonly isRecalled: boolean;
  readonly recipients: number;
  /** Each is contained in the one before. `stored`: is there now. */
  readonly stored: number;
  readonly seen: number;
  readonly read: number;
  readonly interacted: number;
  /** By `via`: users. */
  readonly escalated: Readonly<Record<string, number>>;
}
