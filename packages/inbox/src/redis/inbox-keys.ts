import { createHash } from "node:crypto";
import { inboxChannel } from "@switchyard/protocol/channel-name";
import type { InboxUser } from "../inbox-user.ts";
import type { NotificationId } from "../notification-id.ts";

/** In the order of KEYS in chunks/inbox.lua, which says what each holds. */
const inboxKeyNames = [
  "items",
  "states",
  "visible",
  "archived",
  "unread",
  "unread-by",
  "due",
  "snoozed",
  "keyed",
  "preferences",
  "marks",
] as const;

/**
 * Every Redis name of one user's inbox. The channel is the hash tag, as for all keys of a channel, so one script changes the inbox
 * and publishes the change.
 */
export function inboxKeys(prefix: string, user: InboxUser): { channel: string; keys: readonly string[] } {
  const channel = inboxChannel(user);
  return { channel, keys: inboxKeyNames.map((name) => `${prefix}:{${channel}}:inbox-${name}`) };
}

/** What is noted of one notification, in a slot of its own. The braces cannot be a channel's: that has no `hub:` in front. */
export function notificationKeys(prefix: string, id: NotificationId) {
  const own = `${prefix}:hub:{notification:${id}}`;
  return {
    /** HASH: digest, createdMs, recalled. */
    entry: `${own}:entry`,
    /** HASH user -> what came of the adding; empty: not had a turn yet. */
    recipients: `${own}:recipients`,
    /** ZSET "<via> <user>" -> 0. */
    escalated: `${own}:escalated`,
  };
}

/** STRING: the id of the notification that this idempotency key means. Hashed, as it is a back end's text. */
export function idempotencyKeyKey(prefix: string, idempotencyKey: string): string {
  const digest = createHash("sha256").update(idempotencyKey).digest("base64url");
  return `${prefix}:hub:{notification-key:${digest}}`;
}

/** ZSET "<ms> <user>" -> ms: whose inbox has something that wakes. */
export function wakingKey(prefix: string): string {
  return `${prefix}:hub:{inbox-waking}`;
}

/** Hashed: a key is a back end's text, and stands between others in what Redis keeps. */
export function replaceKeyDigest(key: string): string {
  return key === "" ? "-" : createHash("sha256").update(key).digest("base64url").slice(0, 21);
}
