import type { Broker } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisBroker } from "@switchyard/broker/redis-broker";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { Hub } from "./hub.ts";
import { Interest } from "./interest.ts";
import { createForkRepair } from "./fork-repair.ts";
import type { LocalChannel } from "./local-channel.ts";
import { checkPositions, examineGap, type PositionCheck } from "./position-check.ts";
import { startQuietCheck } from "./quiet-channels.ts";

export interface OpenHub {
  readonly redis: Settings["redis"];
  readonly rules: ChannelRules;
  readonly logger: Logger;
  /** How long a channel is quiet before its position is compared with the stream. */
  readonly positionCheckDelayMs: number;
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
}: OpenHub): Promise<{ hub: Hub; broker: Broker; close(): void }> {
  async function repairPositions(): Promise<void> {
    try {
      const behind = await checkPositions(check, Array.from(hub.channels()), "reconnect_check");
      logger.info({ behind }, "positions checked after a lost connection");
    } catch (error) {
      // Redis went away again; the next restoration checks everything anew.
      logger.warn({ err: error }, "position check failed");
    }
  }

  const broker = await createRedisBroker({
    redis,
    logger,
    rules,
    // Nothing is received before the hub below has declared interest.
    onPublication: (channel, publication) => hub.receive(channel, publication),
    onPresence: (channel, signal) => hub.signal(channel, signal),
    onRestored: () => void repairPositions(),
  });
  const { repair, isRepairing } = createForkRepair({ broker, logger });
  const onForked = (channel: LocalChannel) => void repair(channel);
  const examining = new Set<LocalChannel>();
  function onGap(channel: LocalChannel): void {
    if (examining.has(channel) || isRepairing(channel)) return;
    examining.add(channel);
    examineGap(check, channel)
      // The witness stays, so the next publication asks again, and so does the check after an outage.
      .catch((error: unknown) => logger.warn({ err: error }, "gap not examined"))
      .finally(() => examining.delete(channel));
  }
  const hub = new Hub({
    interest: new Interest(broker, logger),
    onForked,
    onGap,
    conflateIntervalMs: (channel) => rules.find(channel)?.conflateIntervalMs ?? 0,
  });
  const check: PositionCheck = { hub, broker, onForked };
  const quietCheck = startQuietCheck({ ...check, logger, delayMs: positionCheckDelayMs });
  return { hub, broker, close: () => quietCheck.close() };
}
