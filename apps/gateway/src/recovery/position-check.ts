import { setTimeout as delay } from "node:timers/promises";
import type { Broker } from "@switchyard/broker/broker";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { LossSource, Subscription } from "../hub/subscription.ts";
import type { Hub } from "../hub/hub.ts";
import type { LocalChannel } from "../hub/local-channel.ts";

/** Publications already under way when a top was read get this long to arrive before they count as lost. */
const settleMs = 500;
/** Streams read at the same time. */
const readsAtOnce = 64;

export interface PositionCheck {
  readonly hub: Hub;
  readonly broker: Pick<Broker, "history">;
}

/**
 * Compares where this node's subscriptions of some channels stand with the streams, one read per channel however many listen,
 * and tells those that have missed something to come back. On a quiet channel no later publication would ever show it.
 * @returns how many subscriptions had missed something
 */
export async function checkPositions(
  check: PositionCheck,
  channels: readonly LocalChannel[],
  source: LossSource,
): Promise<number> {
  const watched = channels.filter((channel) => channel.positioned().length > 0);
  let behind = 0;
  for (let start = 0; start < watched.length; start += readsAtOnce) {
    const counts = watched.slice(start, start + readsAtOnce).map((channel) => checkChannel(check, channel, source));
    behind += (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }
  return behind;
}

async function checkChannel(
  { hub, broker }: PositionCheck,
  channel: LocalChannel,
  source: LossSource,
): Promise<number> {
  channel.activeRound = hub.round;
  const heard = newestOffset(channel);
  const top = await broker.history(channel.name, { limit: 0 });
  const isBehind = ({ epoch, offset }: StreamPosition) => epoch !== top.epoch || offset < top.offset;
  // What was heard before the reading is in the stream, unless the stream went back.
  const isAhead = ({ epoch, offset }: StreamPosition) => epoch === top.epoch && offset > top.offset && offset <= heard;
  const ahead = tell(where(channel, isAhead), "fork");
  if (where(channel, isBehind).length === 0) return ahead;
  await delay(settleMs);
  return ahead + tell(where(channel, isBehind), source);
}

function newestOffset(channel: LocalChannel): number {
  return channel.positioned().reduce((newest, { position }) => Math.max(newest, position?.offset ?? 0), 0);
}

function where(channel: LocalChannel, matches: (position: StreamPosition) => boolean): Subscription[] {
  return channel.positioned().filter(({ position }) => position !== undefined && matches(position));
}

function tell(subscriptions: readonly Subscription[], source: LossSource): number {
  for (const subscription of subscriptions) subscription.subscriber.insufficientState(subscription, source);
  return subscriptions.length;
}
