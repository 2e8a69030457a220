import { setTimeout as delay } from "node:timers/promises";
import type { HistoryReader } from "@switchyard/broker/broker";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { Subscription } from "../session/subscription.ts";
import type { Hub } from "./hub.ts";

/** Publications already under way when a top was read get this long to arrive before they count as lost. */
const settleMs = 500;
/** Streams read at the same time. */
const readsAtOnce = 64;

/**
 * Compares every position of this node with the top of its stream, once per channel, and tells those that are behind to come
 * back. Called when the subscriber connection was restored: what was published while it was away never reaches us, and on
 * a quiet channel no later offset would show the gap.
 * @returns how many subscriptions had missed something
 */
export async function checkPositions({ hub, broker }: { hub: Hub; broker: HistoryReader }): Promise<number> {
  const byChannel = Map.groupBy(hub.positioned(), ({ channel }) => channel);
  const channels = Array.from(byChannel.keys());
  const tops = new Map<string, StreamPosition>();
  for (let start = 0; start < channels.length; start += readsAtOnce) {
    const slice = channels.slice(start, start + readsAtOnce);
    await Promise.all(slice.map(async (channel) => tops.set(channel, await broker.history(channel, { limit: 0 }))));
  }
  await delay(settleMs);
  const behind = Array.from(byChannel.values())
    .flat()
    .filter((subscription) => isBehind(subscription, tops.get(subscription.channel)));
  for (const subscription of behind) subscription.subscriber.insufficientState(subscription);
  return behind.length;
}

function isBehind({ isLive, position }: Subscription, top: StreamPosition | undefined): boolean {
  if (!isLive || position === undefined || top === undefined) return false;
  return position.epoch !== top.epoch || position.offset < top.offset;
}
