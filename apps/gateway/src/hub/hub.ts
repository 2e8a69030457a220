import type { ReceivedPublication } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import type { PresenceSignal } from "@switchyard/broker/presence";
import type { DeltaData } from "@switchyard/protocol/publication-delta";
import type { TagFilter } from "@switchyard/protocol/tag-filter";
import { Delivery, deliveryOf } from "./delivery.ts";
import { Conflation } from "./conflation.ts";
import type { Interest } from "./interest.ts";
import { HeldData } from "./delta-base.ts";
import { LocalChannel, type OnSignal } from "./local-channel.ts";
import type { Subscription } from "./subscription.ts";
import { TagFilters } from "./tag-filters.ts";

export interface HubOptions {
  readonly interest: Pick<Interest, "acquire" | "release">;
  /** Milliseconds between two publications of a channel; 0 sends every one. */
  readonly conflateIntervalMs: (channel: ChannelName) => number;
}

/** How a subscription would have its channel, where that is not everything as it was published. */
export interface Wish {
  readonly filter?: TagFilter | undefined;
  /** Not beside a filter. */
  readonly deltas?: boolean;
}

/** Who on this node listens to what. The only place a publication from Redis meets connections. */
export class Hub {
  readonly #interest: HubOptions["interest"];
  readonly #conflateIntervalMs: HubOptions["conflateIntervalMs"];
  readonly #channels = new Map<ChannelName, LocalChannel>();
  readonly #filters = new TagFilters();
  #subscriptionCount = 0;
  #publicationCount = 0;
  #deliveryCount = 0;
  /** Counts publications that not everybody gets as they are. */
  #turn = 0;
  /** Counted by the position check; a channel that was heard of carries the number of the round. */
  round = 0;
  /** Told how many subscriptions a channel has here, whenever that changes. */
  onSubscriptions: ((channel: ChannelName, count: number) => void) | undefined;

  constructor({ interest, conflateIntervalMs }: HubOptions) {
    this.#conflateIntervalMs = conflateIntervalMs;
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

  channels(): Iterable<LocalChannel> {
    return this.#channels.values();
  }

  /** Resolves when every publication from now on reaches the subscription. */
  async add(subscription: Subscription, { filter, deltas = false }: Wish = {}): Promise<void> {
    const { channel } = subscription;
    const local = this.#channels.get(channel) ?? this.#open(channel);
    if (filter !== undefined) subscription.tailoring = { kind: "filter", filter: this.#filters.take(filter) };
    else if (deltas) subscription.tailoring = new HeldData();
    local.add(subscription);
    this.#subscriptionCount++;
    this.onSubscriptions?.(channel, local.subscriptions.length);
    await this.#interest.acquire(channel);
  }

  /** The answer to a subscription with deltas ends with this data, so what comes next may be a delta to it. */
  continueFrom({ channel, tailoring }: Subscription, data: DeltaData): void {
    if (tailoring?.kind === "deltas") this.#channels.get(channel)?.deltas?.recover(tailoring, data);
  }

  remove(subscription: Subscription): void {
    subscription.end();
    const local = this.#channels.get(subscription.channel);
    if (local === undefined || subscription.hubIndex === -1) return;
    local.remove(subscription);
    if (subscription.tailoring?.kind === "filter") this.#filters.giveBack(subscription.tailoring.filter);
    this.#subscriptionCount--;
    this.onSubscriptions?.(subscription.channel, local.subscriptions.length);
    this.#close(local);
  }

  /**
   * Resolves when every coming and going in the channel from now on is told to `onSignal`, which is no subscription: it counts nowhere,
   * and publications do not reach it.
   */
  async watch(channel: ChannelName, onSignal: OnSignal): Promise<void> {
    const local = this.#channels.get(channel) ?? this.#open(channel);
    local.watchers ??= new Set();
    local.watchers.add(onSignal);
    await this.#interest.acquire(channel);
  }

  unwatch(channel: ChannelName, onSignal: OnSignal): void {
    const local = this.#channels.get(channel);
    if (local?.watchers?.delete(onSignal) !== true) return;
    if (local.watchers.size === 0) local.watchers = undefined;
    this.#close(local);
  }

  /** Unless somebody still wants it. */
  #close(local: LocalChannel): void {
    if (local.isWanted) return;
    local.conflation?.close();
    this.#channels.delete(local.name);
    this.#interest.release(local.name);
  }

  #open(name: ChannelName): LocalChannel {
    const intervalMs = this.#conflateIntervalMs(name);
    const local: LocalChannel = new LocalChannel(
      name,
      intervalMs === 0
        ? undefined
        : new Conflation(intervalMs, (publication, first) => void this.#fanOut(local, publication, first)),
    );
    this.#channels.set(name, local);
    return local;
  }

  /**
   * Fans one publication out and returns to how many subscriptions it was handed. A subscription that ends itself here is
   * removed by its session later, not in this loop.
   */
  receive(channel: ChannelName, publication: ReceivedPublication): number {
    const local = this.#channels.get(channel);
    if (local === undefined) return 0;
    local.activeRound = this.round;
    this.#publicationCount++;
    if (local.conflation !== undefined) {
      local.conflation.offer(publication);
      return local.subscriptions.length;
    }
    return this.#fanOut(local, publication, publication);
  }

  /** Tells those who want to know that somebody came or went. */
  signal(channel: ChannelName, signal: PresenceSignal): void {
    const local = this.#channels.get(channel);
    for (const onSignal of local?.watchers ?? []) onSignal(signal);
    const listeners = local?.subscriptions.filter(({ hearsJoinLeave }) => hearsJoinLeave) ?? [];
    if (listeners.length === 0) return;
    // The way of publications: one that comes while a subscription is still joining waits for the reply too.
    const { kind, info } = signal;
    const delivery = new Delivery({ kind, channel, info });
    for (const subscription of listeners) subscription.deliver(delivery);
  }

  #fanOut(local: LocalChannel, publication: ReceivedPublication, first: ReceivedPublication): number {
    const { name, subscriptions } = local;
    const delivery = deliveryOf(name, publication, first);
    if (publication.exclude !== undefined || local.isTailored) {
      const count = deliverTailored(local, publication, { delivery, turn: ++this.#turn });
      this.#deliveryCount += count;
      return count;
    }
    this.#deliveryCount += subscriptions.length;
    for (const subscription of subscriptions) subscription.deliver(delivery);
    return subscriptions.length;
  }
}

/** Apart from the plain loop, which must stay as tight as it is. */
function deliverTailored(
  { subscriptions, deltas }: LocalChannel,
  publication: ReceivedPublication,
  { delivery, turn }: { readonly delivery: Delivery; readonly turn: number },
): number {
  const changes = deltas?.next(publication, delivery.step);
  const { exclude } = publication;
  let count = 0;
  for (const subscription of subscriptions) {
    // Nearly all of those with deltas, without a look at their tailoring.
    if (changes !== undefined && exclude === undefined && subscription.heldTurn === changes.turn - 1) {
      subscription.deliverChanges(changes);
      count++;
      continue;
    }
    const { tailoring } = subscription;
    const isHeldBack = tailoring?.kind === "filter" && !tailoring.filter.acceptsIn(turn, publication);
    if (isHeldBack || (exclude !== undefined && subscription.subscriber.id === exclude)) {
      subscription.skip(delivery);
      continue;
    }
    if (tailoring?.kind === "deltas" && changes !== undefined) subscription.deliverChanges(changes);
    else subscription.deliver(delivery);
    count++;
  }
  return count;
}
