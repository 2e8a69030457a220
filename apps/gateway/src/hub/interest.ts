import type { Broker } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import type { Logger } from "@switchyard/runtime/logger";

/** A channel nobody listens to any more stays subscribed for this long: page reloads would make Redis flap. */
const lingerMs = 1_000;

/**
 * Which channels this node wants from the broker: wanted from the first local subscriber to a second after the last one.
 * `acquire` resolves when Redis has acknowledged, for the first subscriber and for those that join meanwhile alike.
 */
export class Interest {
  readonly #broker: Pick<Broker, "subscribe" | "unsubscribe">;
  readonly #logger: Logger;
  readonly #lingering = new Map<ChannelName, NodeJS.Timeout>();

  constructor(broker: Pick<Broker, "subscribe" | "unsubscribe">, logger: Logger) {
    this.#broker = broker;
    this.#logger = logger;
  }

  acquire(channel: ChannelName): Promise<void> {
    clearTimeout(this.#lingering.get(channel));
    this.#lingering.delete(channel);
    // The broker answers a channel it already has from memory.
    return this.#broker.subscribe(channel);
  }

  /** The last local subscriber is gone. */
  release(channel: ChannelName): void {
    const timer = setTimeout(() => {
      this.#lingering.delete(channel);
      this.#broker
        .unsubscribe(channel)
        .catch((error: unknown) => this.#logger.warn({ err: error }, "unsubscribe failed"));
    }, lingerMs);
    this.#lingering.set(channel, timer.unref());
  }
}
