import type { ReceivedPublication } from "@switchyard/broker/broker";
import { createDelivery, type Delivery, type Subscription } from "../session/subscription.ts";
import type { Interest } from "./interest.ts";

/**
 * Who on this node listens to what: channel to subscriptions. The only place a publication from Redis meets connections.
 *
 * Subscriptions of a channel are a plain array, each knowing its own place, because fan-out walks them far more often than
 * anybody joins or leaves; leaving moves the last one into the gap.
 */
export class Hub {
  readonly #interest: Pick<Interest, "acquire" | "release">;
  readonly #channels = new Map<string, Subscription[]>();
  #subscriptionCount = 0;
  #publicationCount = 0;
  #deliveryCount = 0;

  constructor(interest: Pick<Interest, "acquire" | "release">) {
    this.#interest = interest;
  }

  get channelCount(): number {
    return this.#channels.size;
  }

  get subscriptionCount(): number {
    return this.#subscriptionCount;
  }

  /** Publications received, and how many subscriptions they were handed to, since the start. */
  get traffic(): { publications: number; deliveries: number } {
    return { publications: this.#publicationCount, deliveries: this.#deliveryCount };
  }

  /** Resolves when every publication from now on reaches the subscription. */
  async add(subscription: Subscription): Promise<void> {
    const { channel } = subscription;
    const subscriptions = this.#channels.get(channel) ?? [];
    if (subscriptions.length === 0) this.#channels.set(channel, subscriptions);
    subscription.hubIndex = subscriptions.push(subscription) - 1;
    this.#subscriptionCount++;
    await this.#interest.acquire(channel);
  }

  remove(subscription: Subscription): void {
    subscription.end();
    const subscriptions = this.#channels.get(subscription.channel);
    const index = subscription.hubIndex;
    if (subscriptions === undefined || index === -1) return;
    subscription.hubIndex = -1;
    this.#subscriptionCount--;
    const last = subscriptions.pop();
    if (last !== undefined && last !== subscription) {
      subscriptions[index] = last;
      last.hubIndex = index;
    }
    if (subscriptions.length === 0) {
      this.#channels.delete(subscription.channel);
      this.#interest.release(subscription.channel);
    }
  }

  /**
   * Fans one publication out and returns to how many subscriptions it was handed. A subscription that ends itself here is
   * removed by its session later, not in this loop.
   */
  receive(channel: string, publication: ReceivedPublication): number {
    const subscriptions = this.#channels.get(channel);
    if (subscriptions === undefined) return 0;
    const delivery = createDelivery(channel, publication);
    this.#publicationCount++;
    this.#deliveryCount += subscriptions.length;
    if (publication.exclude !== undefined) return deliverToOthers(subscriptions, delivery, publication.exclude);
    for (const subscription of subscriptions) subscription.deliver(delivery);
    return subscriptions.length;
  }

  /** Every subscription that watches for losses, for a check against the streams. */
  *positioned(): Iterable<Subscription> {
    for (const subscriptions of this.#channels.values()) {
      for (const subscription of subscriptions)
        if (subscription.isLive && subscription.position !== undefined) yield subscription;
    }
  }
}

/** Apart from the plain loop, which must stay as tight as it is. */
function deliverToOthers(subscriptions: readonly Subscription[], delivery: Delivery, excluded: string): number {
  let count = 0;
  for (const subscription of subscriptions) {
    if (subscription.subscriber.id === excluded) {
      subscription.deliver({ publication: delivery.publication, push: undefined });
    } else {
      subscription.deliver(delivery);
      count++;
    }
  }
  return count;
}
