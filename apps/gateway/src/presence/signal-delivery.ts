import type { PresenceSignal } from "@switchyard/broker/presence";
import { encodePresencePush } from "@switchyard/protocol/push";
import type { Delivery } from "../hub/subscription.ts";

const noBody = Buffer.alloc(0);

/**
 * A join or leave as a subscription takes it, encoded once per node. It goes the way of publications, so that one that comes
 * while a subscription is still joining waits for the reply too; without an offset it counts for nothing there.
 */
export function createSignalDelivery(channel: string, { kind, info }: PresenceSignal): Delivery {
  const publication = { offset: 0, previousOffset: 0, epoch: "", timeMs: 0, body: noBody };
  return { publication, first: publication, push: encodePresencePush(channel, kind, info) };
}
