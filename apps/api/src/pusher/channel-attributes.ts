import type { HistoryReader } from "@switchyard/broker/broker";
import type { OccupancyReader } from "@switchyard/broker/occupancy";
import type { PresenceReader } from "@switchyard/broker/presence";
import { kindOfChannel } from "@switchyard/pusher/channel";
import { readEvent } from "@switchyard/pusher/event";
import type { CheckedChannel } from "../channels/check-channel.ts";
import { ApiError } from "../errors/api-error.ts";

/** What can be asked of a channel, by `info`. */
export type Attribute = "user_count" | "subscription_count" | "cache";

export interface AttributeDeps {
  readonly occupancy: OccupancyReader;
  readonly presence: PresenceReader;
  readonly history: HistoryReader;
}

/** Those of a channel that were asked for. */
export interface Attributes {
  user_count?: number;
  subscription_count?: number;
  cache?: Cached | null;
}

interface Cached {
  readonly data: string;
  /** Seconds. */
  readonly ttl: number;
}

/** A list with commas. @throws ApiError naming the field, for one that is not known there */
export function parseAttributes(
  text: string,
  { field, known }: { readonly field: string; readonly known: readonly Attribute[] },
): Attribute[] {
  const asked = text.split(",").map((part) => part.trim());
  return asked
    .filter((part) => part !== "")
    .map((part) => {
      const attribute = known.find((one) => one === part);
      if (attribute !== undefined) return attribute;
      throw new ApiError("invalid_request", `${field}: may list ${known.join(", ")}, and nothing else`, { field });
    });
}

/** @throws ApiError when a channel of this name has no such attribute */
export function checkAttributes(channel: string, info: readonly Attribute[]): void {
  const { access, isCache } = kindOfChannel(channel);
  if (info.includes("user_count") && access !== "presence") throw onlyOf("user_count", "presence");
  if (info.includes("cache") && !isCache) throw onlyOf("cache", "cache");
}

function onlyOf(attribute: Attribute, kind: string): ApiError {
  return new ApiError("invalid_request", `info: ${attribute} can be asked of ${kind} channels alone`, {
    field: "info",
  });
}

interface AskedChannel extends CheckedChannel {
  /** As the app calls it. */
  readonly name: string;
  /** Of which app. */
  readonly realm: string;
}

/** Reads them from Redis; no gateway is asked. */
export async function readAttributes(
  asked: AskedChannel,
  info: readonly Attribute[],
  deps: AttributeDeps,
): Promise<Attributes> {
  const readers: Readonly<Record<Attribute, () => Promise<Attributes>>> = {
    user_count: async () => ({ user_count: (await deps.presence.stats(asked.channel)).num_users }),
    subscription_count: async () => ({
      subscription_count: (await deps.occupancy.count(asked.realm, [asked.name]))[0] ?? 0,
    }),
    cache: async () => ({ cache: await readCache(asked, deps) }),
  };
  return Object.assign({}, ...(await Promise.all(info.map((attribute) => readers[attribute]())))) as Attributes;
}

/** The last event of a cache channel, and the seconds for which new subscribers are still handed it. */
async function readCache({ channel, options }: AskedChannel, { history }: AttributeDeps): Promise<Cached | null> {
  const { publications } = await history.history(channel, { limit: 1, reverse: true });
  const [last] = publications;
  const event = last && readEvent(last.body);
  if (last === undefined || event === undefined) return null;
  const endMs = last.timeMs + options.historyTtlMs;
  return {
    data: JSON.parse(event.dataJson.toString()) as string,
    ttl: Math.max(0, Math.ceil((endMs - Date.now()) / 1_000)),
  };
}
