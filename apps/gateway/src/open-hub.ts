import type { Broker, OnPublication } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { OnPresence } from "@switchyard/broker/presence";
import { createRedisBroker } from "@switchyard/broker/redis-broker";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { SharedReads } from "./recovery/shared-reads.ts";
import { Hub } from "./hub/hub.ts";
import { Interest } from "./hub/interest.ts";
import type { PositionCheck } from "./recovery/position-check.ts";
import { startPositionRepair, type PositionRepair } from "./recovery/position-repair.ts";
import { startQuietCheck } from "./recovery/quiet-channels.ts";

export interface OpenHub {
  readonly redis: Settings["redis"];
  readonly rules: ChannelRules;
  readonly logger: Logger;
  /** How long a channel is quiet before its position is compared with the stream. */
  readonly positionCheckDelayMs: number;
  readonly stack: ReleaseStack;
}

/**
 * Ties the node's hub to Redis, both ways: the broker delivers into the hub, and the hub tells the broker what it wants.
 * @throws StartupError when Redis cannot be used.
 */
export async function openHub({
  redis,
  rules,
  logger,
  positionCheckDelayMs,
  stack,
}: OpenHub): Promise<{ hub: Hub; broker: Broker; reads: SharedReads }> {
  // Nothing is received before the hub below has declared interest.
  const onPublication: OnPublication = (channel, publication) => {
    reads.heard(channel, publication);
    return hub.receive(channel, publication);
  };
  const onPresence: OnPresence = (channel, signal) => hub.signal(channel, signal);
  let repair: PositionRepair | undefined;
  // Before there is a hub nobody has missed anything.
  const onRestored = () => repair?.restored();
  const broker = stack.use(await createRedisBroker({ redis, logger, rules, onPublication, onPresence, onRestored }));
  const reads = new SharedReads(broker, { maxBytes: rules.historyMaxBytes });
  const hub = new Hub({
    interest: new Interest(broker, logger),
    conflateIntervalMs: (channel) => rules.find(channel)?.conflateIntervalMs ?? 0,
  });
  const check: PositionCheck = { hub, broker };
  repair = stack.use(startPositionRepair({ ...check, logger }));
  stack.use(startQuietCheck({ ...check, logger, delayMs: positionCheckDelayMs }));
  return { hub, broker, reads };
}
