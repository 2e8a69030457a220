import { setTimeout as delay } from "node:timers/promises";
import type { Broker } from "@switchyard/broker/broker";
import type { Logger } from "@switchyard/runtime/logger";
import type { LocalChannel } from "./local-channel.ts";

const attemptsMax = 40;
const retryMs = 250;

/**
 * Ends a forked history: gives the stream a new epoch, so that no client anywhere can recover across the fork, and then
 * tells everybody here to start over. In this order, because the subscriptions hold the only proof of the fork: told first,
 * they could come back under the old epoch and be served the wrong past.
 */
export function createForkRepair({ broker, logger }: { broker: Pick<Broker, "renewEpoch">; logger: Logger }) {
  const repairing = new Set<LocalChannel>();

  async function renew(channel: LocalChannel, epoch: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await broker.renewEpoch(channel.name, epoch);
      } catch (error) {
        if (attempt === attemptsMax) throw error;
        await delay(retryMs);
      }
    }
  }

  async function repair(channel: LocalChannel): Promise<void> {
    const epoch = channel.witness?.epoch;
    if (epoch === undefined || repairing.has(channel)) return;
    repairing.add(channel);
    logger.error({ channel: channel.name }, "forked history");
    try {
      await renew(channel, epoch);
    } catch (error) {
      logger.error({ err: error, channel: channel.name }, "epoch not renewed");
    }
    for (const subscription of channel.positioned()) subscription.subscriber.insufficientState(subscription, "fork");
    channel.forget();
    repairing.delete(channel);
  }

  return { repair, isRepairing: (channel: LocalChannel) => repairing.has(channel) };
}
