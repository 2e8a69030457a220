import { createHash, randomBytes } from "node:crypto";
import type { InboxUser } from "./inbox-user.ts";

declare const brand: unique symbol;
/** `nt_` and 21 characters: one request of a back end. */
export type NotificationId = string & { readonly [brand]: "NotificationId" };
/** `n_` and 21 characters: one user's copy of it. */
export type ItemId = string & { readonly [brand]: "ItemId" };

const characters = 21;
const notificationPattern = /^nt_[\w-]{21}$/;
const itemPattern = /^n_[\w-]{21}$/;

/** The same for the same `name`, which must be used once and never again, as the id of a task is; without one never the same. */
export function notificationIdOf(name: string | undefined): NotificationId {
  const bytes = name === undefined ? randomBytes(16) : digest(`key\n${name}`);
  return `nt_${shorten(bytes)}` as NotificationId;
}

/** An id is 126 bits of a digest: no two meet, and nobody guesses that of another user. */
export function itemIdOf(notification: NotificationId, user: InboxUser): ItemId {
  return `n_${shorten(digest(`${notification}\n${user}`))}` as ItemId;
}

export function isNotificationId(text: string): text is NotificationId {
  return notificationPattern.test(text);
}

export function isItemId(text: string): text is ItemId {
  return itemPattern.test(text);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function shorten(bytes: Buffer): string {
  return bytes.toString("base64url").slice(0, characters);
}
