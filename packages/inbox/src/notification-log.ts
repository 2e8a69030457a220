import type { InboxUser } from "./inbox-user.ts";
import type { ItemId, NotificationId } from "./notification-id.ts";

/** `duplicate`: the user has it, or had it. `muted`: by the user's preferences. `expired`: it was too late. */
export type AddOutcome = "stored" | "duplicate" | "muted" | "expired";

/**
 * What a chain of escalation asks. Levels above another contain it: what was acted on is read, what is read or put away is seen. So
 * is what is `snoozed`, which its user means to read later. `gone` also when it was never there: missing means done.
 */
export type ItemStatus = "unseen" | "seen" | "snoozed" | "read" | "interacted" | "gone";

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
  /**
   * The same by user, a page of about `limit` of them in no order (a small notification is one page). Undefined: as above.
   * @throws InboxRejection for a cursor that is none
   */
  recipients(id: NotificationId, page: RecipientsRequest): Promise<RecipientsPage | undefined>;
  /** Removes its items everywhere, and lets none be added any more. How many there were; undefined as above. */
  recall(id: NotificationId): Promise<{ readonly removed: number } | undefined>;
}

export interface NotificationEntry {
  readonly digest: string;
  readonly users: readonly InboxUser[];
  /** Of those of them who have had their turn. */
  readonly outcomes?: ReadonlyMap<InboxUser, AddOutcome>;
}

export interface RecipientsRequest {
  /** Of the page before; empty: from the beginning. */
  readonly cursor: string;
  readonly limit: number;
}

export interface RecipientsPage {
  readonly recipients: readonly Recipient[];
  /** Empty: that was all. */
  readonly cursor: string;
}

export interface Recipient {
  readonly user: InboxUser;
  /** `pending`: has not had a turn yet. */
  readonly outcome: Exclude<AddOutcome, "duplicate"> | "pending";
  readonly item: ItemId;
  /** Of the item, as it is now. */
  readonly status: ItemStatus;
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
