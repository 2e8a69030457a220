import { createHmac, timingSafeEqual } from "node:crypto";
import type { PusherApp } from "./apps.ts";

type Keys = Pick<PusherApp, "key" | "secret">;

export interface ChannelAuth {
  readonly socketId: string;
  readonly channel: string;
  /** Of presence channels: the very text that was signed. */
  readonly channelData?: string | undefined;
}

/** What an app signs to let one connection into one channel. */
export function channelText({ socketId, channel, channelData }: ChannelAuth): string {
  return channelData === undefined ? `${socketId}:${channel}` : `${socketId}:${channel}:${channelData}`;
}

/** What an app signs to say who a connection is. */
export function userText(socketId: string, userData: string): string {
  return `${socketId}::user::${userData}`;
}

/** HMAC-SHA256 in lower-case hexadecimal digits; of a webhook's body, of a request, and of the texts above. */
export function sign(secret: string, text: string | Uint8Array): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** `<key>:<signature>`, as clients bring it from their back end. */
export function authOf({ key, secret }: Keys, text: string): string {
  return `${key}:${sign(secret, text)}`;
}

/**
 * Whether `auth` is of this app and of this text. Takes as long for a signature that is wrong in its first digit as for one that is wrong in its
 * last, and nobody is told what would have been right.
 */
export function isAuthOf({ key, secret }: Keys, text: string, auth: string): boolean {
  const boundary = auth.indexOf(":");
  return boundary !== -1 && auth.slice(0, boundary) === key && isSignatureOf(secret, text, auth.slice(boundary + 1));
}

export function isSignatureOf(secret: string, text: string | Uint8Array, signature: string): boolean {
  const expected = Buffer.from(sign(secret, text));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
