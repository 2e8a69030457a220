import { hash } from "node:crypto";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { Subscription } from "../../hub/subscription.ts";

type Place = readonly [Pick<Subscription, "channel">, StreamPosition];

/** A browser sends it in a header, and servers and proxies take some kilobytes of those. */
export const eventIdMaxChars = 4_096;

const complete = "1";
const cut = "1+";

/**
 * Where a connection stands in all of its positioned channels, as the `id` of an event: what an EventSource sends back when it
 * connects again. To clients it is opaque.
 *
 *     1,<channel>:<epoch>:<offset>,…    the channel as 11 characters of a hash, the offset to base 36
 *
 * A hash is enough, because whoever reads it knows the channels: the token names them. It gives no right to anything. Behind
 * `1+` there were more positions than an id may hold, and what it does not name is lost.
 */
export function writeEventId(places: Iterable<Place>): string {
  let id = complete;
  for (const [subscription, { epoch, offset }] of places) {
    const next = `${id},${headOf(subscription, epoch)}${offset.toString(36)}`;
    if (next.length >= eventIdMaxChars) return cut + id.slice(complete.length);
    id = next;
  }
  return id;
}

/** A subscription ends with its epoch, so this is made once for each. */
const heads = new WeakMap<Place[0], string>();

function headOf(subscription: Place[0], epoch: string): string {
  const known = heads.get(subscription);
  if (known !== undefined) return known;
  const head = `${nameOf(subscription.channel)}:${encodeURIComponent(epoch)}:`;
  heads.set(subscription, head);
  return head;
}

/** Two of a connection's channels are taken for one another once in 10^15. */
function nameOf(channel: string): string {
  return hash("sha256", channel, "base64url").slice(0, 11);
}

/** Where to continue in a channel; undefined: the id's connection was not there, or had no position to continue from. */
export type PlaceIn = (channel: string) => StreamPosition | undefined;

/** No stream counts so far, so its client is told that it has lost something. */
const lost: StreamPosition = { offset: Number.POSITIVE_INFINITY, epoch: "" };

/** Reads what {@link writeEventId} wrote. What cannot be read is a position that is lost in every channel, and no error. */
export function readEventId(id: string): PlaceIn {
  const [version, ...texts] = id.split(",");
  if (version !== complete && version !== cut) return () => lost;
  const places = new Map(texts.map(readPlace));
  const isWhole = version === complete && !places.has(unreadable);
  const otherwise = isWhole ? undefined : lost;
  return (channel) => places.get(nameOf(channel)) ?? otherwise;
}

const unreadable = "";

function readPlace(text: string): [string, StreamPosition] {
  const [, name = unreadable, epoch = "", digits = ""] = /^([\w-]{11}):([^:]+):([0-9a-z]{1,11})$/.exec(text) ?? [];
  const offset = Number.parseInt(digits, 36);
  return Number.isSafeInteger(offset) ? [name, { epoch: decode(epoch), offset }] : [unreadable, lost];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
