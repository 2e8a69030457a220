import { splitChannelName, userChannel } from "@switchyard/protocol/channel-name";
import type { PusherApp } from "./apps.ts";

/**
 * The rule of names: a Pusher channel *is* a channel of the hub.
 *
 *   <name>                  <namespace>:<name>
 *   #server-to-user-<id>    user:<namespace>:<id>, the channel of everything addressed to a user
 *
 * `namespace` is the app's own, so apps have nothing in common; and a user `<id>` of an app is the hub's user `<namespace>:<id>`.
 */
export function hubChannel({ namespace }: Pick<PusherApp, "namespace">, name: string): string {
  const user = userOfName(name);
  return user === undefined ? `${namespace}:${name}` : userChannel(hubUser({ namespace }, user));
}

/** What the app's clients call a channel; a channel of somebody else keeps its whole name, which none of theirs can have. */
export function pusherChannel({ namespace }: Pick<PusherApp, "namespace">, channel: string): string {
  if (channel.startsWith(`${namespace}:`)) return channel.slice(namespace.length + 1);
  const users = userChannel(hubUser({ namespace }, ""));
  return channel.startsWith(users) ? `${serverToUser}${channel.slice(users.length)}` : channel;
}

/** The hub's name for a user who has signed in to an app. In a presence channel users have the id that the app gives them there. */
export function hubUser({ namespace }: Pick<PusherApp, "namespace">, userId: string): string {
  return `${namespace}:${userId}`;
}

export interface ChannelKind {
  /** Who may subscribe: anybody, who brings a signature, the same and is seen by the others, or the one user it is for. */
  readonly access: "public" | "private" | "presence" | "user";
  /** New subscribers are handed its last event. */
  readonly isCache: boolean;
  /** The app and its clients have a secret that the hub does not know; events pass through. */
  readonly isEncrypted: boolean;
}

const serverToUser = "#server-to-user-";

/** By the longest prefix that fits, dash included: `cacheman` is a public channel like any other. */
const kinds: readonly (ChannelKind & { readonly prefix: string })[] = [
  { prefix: "private-encrypted-cache-", access: "private", isCache: true, isEncrypted: true },
  { prefix: "private-encrypted-", access: "private", isCache: false, isEncrypted: true },
  { prefix: "private-cache-", access: "private", isCache: true, isEncrypted: false },
  { prefix: "private-", access: "private", isCache: false, isEncrypted: false },
  { prefix: "presence-cache-", access: "presence", isCache: true, isEncrypted: false },
  { prefix: "presence-", access: "presence", isCache: false, isEncrypted: false },
  { prefix: "cache-", access: "public", isCache: true, isEncrypted: false },
  { prefix: serverToUser, access: "user", isCache: false, isEncrypted: false },
];
const plain: ChannelKind = { access: "public", isCache: false, isEncrypted: false };

/** Of a Pusher channel; always the same object for the same kind. */
export function kindOfChannel(name: string): ChannelKind {
  return kinds.find(({ prefix }) => name.startsWith(prefix)) ?? plain;
}

/** The kind of a channel of the hub that lies in an app's namespace. */
export function kindOfHubChannel(channel: string): ChannelKind {
  return kindOfChannel(splitChannelName(channel).rest);
}

/** The user whose channel it is; undefined for all other channels. */
export function userOfName(name: string): string | undefined {
  return name.startsWith(serverToUser) ? name.slice(serverToUser.length) : undefined;
}

/** Pusher's own bound is 164; its SDKs for servers send up to 200. */
const nameMax = 200;

/** Why it cannot be the name of a Pusher channel; completes "channel: ". The hub's own rules for names come on top. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "must not be empty";
  if (name.length > nameMax) return `is ${name.length} characters long, the bound is ${nameMax}`;
  const user = userOfName(name);
  // A user's id is the app's, and may hold what names of channels may not.
  if (user !== undefined) return user === "" ? "names no user" : undefined;
  if (/^[-a-zA-Z0-9_=@,.;]+$/.test(name)) return undefined;
  return "may hold letters, digits and `-_=@,.;` alone";
}
