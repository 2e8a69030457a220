import type { InboxUser } from "./inbox-user.ts";
import type { NotificationId } from "./notification-id.ts";

/** `duplicate`: the user has it, or had it. `muted`: by the user's preferences. `expired`: it was too late. */
export type AddOutcome = "stored" | "duplicate" | "muted" | "expired";

/** What has become of notifications, for a week. Lies in a slot of its own per notification. */
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
  /**
   * Of which users it was noted that they have had their turn, and with what outcome. Whoever repeats a request passes over these,
   * for an inbox remembers only the last few hundred ids that are gone from it.
   */
  outcomes(id: NotificationId, users: readonly InboxUser[]): Promise<ReadonlyMap<InboxUser, AddOutcome>>;
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
  /** Of those of them who have had their turn. */
  readonly outcomes?: ReadonlyMap<InboxUser, AddOutcome>;
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
