import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { InboxUser } from "./inbox-user.ts";
import type { ItemId, NotificationId } from "./notification-id.ts";
import type { AddOutcome, ItemStatus, NotificationLog } from "./notification-log.ts";

/**
 * What each user should see, kept until they have: the flag "unread" that is the same on every device until somebody clicks.
 *
 * A *notification* is what a back end asks for, once, for any number of users. An *item* is one user's copy of it, under an id that
 * follows from the two: however often a notification is added to a user, there is one item, also when that was removed meanwhile and
 * is among the last 200 that are gone. For longer {@link NotificationLog.outcomes} knows who has had it.
 *
 * All of one user lies in one slot of Redis and is changed by one script at a time, which in the same step publishes the change on
 * the channel `inbox:<user>`. Nothing is ever counted up or down: the counts are the sizes of the sets that hold the items, read in
 * the script that changed them, so they cannot drift. Every reply and every event carries them with the position of the channel, and
 * whoever knows a later position ignores the earlier one. See docs/decisions/0018.
 *
 * States of an item, and what counts them:
 *
 *   unread     new, or made so again. In `unread`, and in the count of its category.
 *   read       a person has opened it, acted on it or put it away. Also by `upTo`: all that is no newer than what was on the screen.
 *   archived   put away. Not in the list and in no count.
 *   snoozed    comes back at a time as if it were new: unread, on top. In no list and in no count until then.
 *   gone       expired, removed, replaced by one of the same `key`, or given way to newer ones when the inbox is full: archived
 *              ones first, then read, then unread ones, the oldest of each.
 *
 * *Seen* is none of these but a mark for the whole inbox that only rises: everything up to there was on a screen. So `unseen`, the
 * unread above it, is never more than `unread`.
 *
 * All times are Redis'. What is due (items that expire, snoozed ones that wake) is done at the beginning of the next script that
 * touches the inbox, so counts and lists always agree; {@link Inbox.settle} touches it and does nothing else.
 *
 * Everything throws HubError 100 (temporary) when Redis does not answer, and InboxRejection where said.
 */
export interface Inbox extends NotificationLog {
  /** One item, and its event. Nothing is stored for a user who has muted the category, unless the notification is `critical`. */
  add(user: InboxUser, notification: Notification): Promise<AddReply>;

  mark(user: InboxUser, mark: Mark): Promise<ChangeReply>;
  /** Raises the mark; never above the newest item, so nothing that comes later is swallowed. */
  see(user: InboxUser, upTo: number): Promise<ChangeReply>;
  /** A button of the item was pressed. The first action stands: a later one changes nothing and is told which it was. */
  act(user: InboxUser, id: ItemId, action: string): Promise<ActReply>;
  /** Hides an item until then. It wakes with the next touch after that time; {@link startWaking} is one. */
  snooze(user: InboxUser, id: ItemId, untilMs: number): Promise<SnoozeReply>;
  remove(user: InboxUser, ids: readonly ItemId[]): Promise<ChangeReply>;
  /** Does what is due. `changed` is how many have expired or woken. */
  settle(user: InboxUser): Promise<ChangeReply>;

  /** The newest first. */
  read(user: InboxUser, page: PageRequest): Promise<InboxPage>;
  counts(user: InboxUser): Promise<InboxState>;
  /** What has become of items, in the order of `ids`, as it is now and not as it was told. */
  statuses(user: InboxUser, ids: readonly ItemId[]): Promise<readonly ItemStatus[]>;
  /**
   * What a subscriber without a past begins with: the newest twenty, the counts, and the position these are of, which exists from
   * now on. `dataJson` is `{"items":[…],"counts":{…},"cursor":…}`.
   */
  snapshot(user: InboxUser): Promise<InboxSnapshot>;

  preferences(user: InboxUser): Promise<Preferences>;
  /** Replaces them, for everything that is added from then on. */
  setPreferences(user: InboxUser, preferences: Preferences): Promise<void>;

  /** Forgets everything of a user, also what the channel keeps, and says `reset`. False when there was nothing (any more). */
  erase(user: InboxUser): Promise<boolean>;
  /** Makes the sets anew from the items and their states, and says `reset`. For an operator whose Redis has lost some. */
  rebuild(user: InboxUser): Promise<InboxState>;

  /** Begins to touch inboxes in which something wakes, within seconds of its time. One process that does is enough; more do no harm. */
  startWaking(): void;
  /** Undefined when Redis answers, else the reason. */
  check(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A request of a back end, made by `parseNotification`; encoded once for all who get it. */
export interface Notification {
  readonly id: NotificationId;
  /** What an item shows, JSON: an object that begins with `notification`. */
  readonly json: string;
  /** Empty: none. */
  readonly category: string;
  /** An item replaces the one of the same key: it is unread, on top, and has `times` one higher. Empty: none. */
  readonly key: string;
  /** 0: it stays for as long as there is room. */
  readonly expiresAtMs: number;
  readonly actions: readonly string[];
  /** Mutes and quiet hours do not hold for it. */
  readonly critical: boolean;
}

/**
 * Items of a list are JSON texts, as their producer spelled them:
 *
 * `{"id":"n_…","seq":…,"createdAtMs":…,"times":1,"readAtMs":null,"archivedAtMs":null,"interactedAtMs":null,"action":null,
 * "snoozedUntilMs":null,"notification":"nt_…","title":"…","body"?,"category"?,"url"?,"data"?,"actions"?,"key"?,"expiresAtMs"?,"critical"?}`
 *
 * `seq` orders items, newest highest, and is what `upTo` and cursors speak of. It is given out by Redis' clock and never twice.
 */
export type ItemJson = string;

/** Derived, never stored. `total` is what the list shows: read and unread. `categories` are the unread of the first 16 by name. */
export interface InboxCounts {
  readonly unread: number;
  /** Never more than `unread`. */
  readonly unseen: number;
  readonly total: number;
  readonly categories: Readonly<Record<string, number>>;
}

/** The counts, and the place of the last event they contain. Offset 0 and no epoch: nothing was ever told. */
export interface InboxState {
  readonly counts: InboxCounts;
  readonly position: StreamPosition;
}

export interface ChangeReply extends InboxState {
  /** 0: it was so already, and nobody was told. */
  readonly changed: number;
}

export interface AddReply extends InboxState {
  readonly outcome: AddOutcome;
  readonly id: ItemId;
  /** Gateways that were handed the event; whether anybody was looking is another question. */
  readonly nodes: number;
  /** What had to make room. */
  readonly evicted: { readonly archived: number; readonly read: number; readonly unread: number };
}

export interface ActReply extends ChangeReply {
  /** Which action stands; null when there is no such item (any more). `unknown`: the item has no such action. */
  readonly action: string | null;
  readonly outcome: "done" | "unchanged" | "gone" | "unknown_action";
}

export interface SnoozeReply extends ChangeReply {
  /** `full`: 50 are snoozed already. */
  readonly outcome: "done" | "unchanged" | "gone" | "full";
}

/**
 * `read` and `archive` mean read. `unread` also takes an item out of the archive, `unarchive` leaves it read. A snoozed item is left
 * alone.
 */
export interface Mark {
  readonly as: "read" | "unread" | "archive" | "unarchive";
  readonly target: MarkTarget;
}

/**
 * At most 500 ids, or all of a category or of everything that are no newer than `upTo`: never "all there are now". Up to a place is
 * meant of the list it was read from: of what is archived for `unarchive`, else of what is not.
 */
export type MarkTarget =
  | { readonly ids: readonly ItemId[]; readonly upTo?: undefined }
  | { readonly upTo: number; readonly category?: string; readonly ids?: undefined };

export interface PageRequest {
  /** `all`: what is neither archived nor snoozed. */
  readonly status: "all" | "unread" | "read" | "archived" | "snoozed";
  readonly category?: string;
  /** Of the page before; what is added meanwhile does not shift it. */
  readonly cursor?: number;
  /** At most 100; a page also ends at 256 KiB. */
  readonly limit: number;
}

export interface InboxPage extends InboxState {
  readonly items: readonly ItemJson[];
  /** Null: that was all. */
  readonly cursor: number | null;
}

export interface InboxSnapshot {
  readonly dataJson: string;
  readonly position: StreamPosition;
}

/**
 * By category, and `quietHours`. Left out means yes. `inbox: false` mutes: nothing is stored. The others are for whoever sends
 * pushes and e-mails.
 */
export interface Preferences {
  readonly categories: Readonly<Record<string, CategoryPreference>>;
  readonly quietHours?: QuietHours;
}

export interface CategoryPreference {
  readonly inbox?: boolean;
  readonly push?: boolean;
  readonly email?: boolean;
}

/** Every day, on the clock of the user's zone; over midnight where `from` is later than `to`. */
export interface QuietHours {
  /** IANA. */
  readonly timeZone: string;
  /** `HH:MM` */
  readonly from: string;
  readonly to: string;
}

/**
 * What is published on `inbox:<user>`, one publication per change, its offset in the channel being its revision. Whoever has read
 * up to an offset ignores what is older; ids merge; counts are taken over and never computed.
 */
export type InboxEvent =
  /** New, or awake again: `item` as in a list. */
  | { readonly type: "item"; readonly item: object; readonly replaces?: ItemId; readonly counts: InboxCounts }
  | ({
      readonly type: "state";
      readonly state: Mark["as"] | "interacted" | "snoozed";
      /** Of an action. */
      readonly action?: string;
      readonly untilMs?: number;
      readonly atMs: number;
      readonly counts: InboxCounts;
    } & MarkTarget)
  | { readonly type: "seen"; readonly upTo: number; readonly counts: InboxCounts }
  | { readonly type: "removed"; readonly ids: readonly ItemId[]; readonly counts: InboxCounts }
  /** Forget everything and begin with a new subscription. */
  | { readonly type: "reset" };
