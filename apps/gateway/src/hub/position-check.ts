import { setTimeout as delay } from "node:timers/promises";
import type { Broker, History } from "@switchyard/broker/broker";
import type { LossSource } from "../session/loss-source.ts";
import type { Hub } from "./hub.ts";
import type { LocalChannel, Witness } from "./local-channel.ts";

/** Publications already under way when a top was read get this long to arrive before they count as lost. */
const settleMs = 500;
/** Streams read at the same time. */
const readsAtOnce = 64;

export interface PositionCheck {
  readonly hub: Hub;
  readonly broker: Pick<Broker, "history">;
  readonly onForked: (channel: LocalChannel) => void;
}

/**
 * Compares what this node has seen of some channels with their streams, one read per channel however many listen, and tells
 * the subscriptions that have missed something to come back. On a quiet channel no later offset would ever show a gap.
 * @returns how many subscriptions had missed something
 */
export async function checkPositions(
  check: PositionCheck,
  channels: readonly LocalChannel[],
  source: LossSource,
): Promise<number> {
  const watched = channels.filter((channel) => channel.witness !== undefined && channel.positioned().length > 0);
  let behind = 0;
  for (let start = 0; start < watched.length; start += readsAtOnce) {
    const counts = watched.slice(start, start + readsAtOnce).map((channel) => checkChannel(check, channel, source));
    behind += (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }
  return behind;
}

/** The same for one channel, behind a gap. */
export async function examineGap(check: PositionCheck, channel: LocalChannel): Promise<void> {
  await checkChannel(check, channel, "gap");
}

async function checkChannel(
  { hub, broker, onForked }: PositionCheck,
  channel: LocalChannel,
  source: LossSource,
): Promise<number> {
  const seen = channel.witness;
  if (seen === undefined) return 0;
  channel.activeRound = hub.round;
  // The entry at the witness' own offset, if it is still kept, and the top.
  const read = await broker.history(channel.name, { limit: 1, sinceOffset: Math.max(0, seen.offset - 1) });
  if (isForked(seen, read)) {
    onForked(channel);
    return channel.positioned().length;
  }
  if (seen.epoch === read.epoch && seen.offset === read.offset) return 0;
  // Behind a gap there is nothing to wait for: later ones have been heard.
  if (source !== "gap") await delay(settleMs);
  const behind = channel
    .positioned()
    .filter(({ position }) => position?.epoch !== read.epoch || position.offset < read.offset);
  for (const subscription of behind) subscription.subscriber.insufficientState(subscription, source);
  if (source === "gap") channel.restart(read);
  return behind.length;
}

/** The stream ends before what was seen, or holds something else in its place. */
function isForked(seen: Witness, read: History): boolean {
  if (seen.epoch !== read.epoch) return false;
  const kept = read.publications[0];
  const isOther = kept?.offset === seen.offset && seen.timeMs !== undefined && kept.timeMs !== seen.timeMs;
  return read.offset < seen.offset || isOther;
}
