import type { ChannelName } from "@switchyard/broker/channel-name";
import type { PresenceSignal } from "@switchyard/broker/presence";
import type { Conflation } from "./conflation.ts";
import { DeltaBase } from "./delta-base.ts";
import type { Subscription, Tailoring } from "./subscription.ts";

/** Is told who comes and goes in a channel. */
export type OnSignal = (signal: PresenceSignal) => void;

/** What this node knows of one channel somebody here listens to. */
export class LocalChannel {
  readonly name: ChannelName;
  /** Undefined where every publication is sent. */
  readonly conflation: Conflation | undefined;
  /** A plain array, each subscription knowing its place: fan-out walks it far more often than anybody joins or leaves. */
  readonly subscriptions: Subscription[] = [];
  /** The round of the position check in which something was last heard or checked here. */
  activeRound = 0;
  /** Undefined while no subscription has deltas. */
  deltas: DeltaBase | undefined;
  /** Who is told of comings and goings without being subscribed; undefined where nobody is. */
  watchers: Set<OnSignal> | undefined;
  #tailoredCount = 0;
  #deltasCount = 0;

  constructor(name: ChannelName, conflation: Conflation | undefined) {
    this.name = name;
    this.conflation = conflation;
  }

  /** Each subscription must be looked at, to see what it gets. */
  get isTailored(): boolean {
    return this.#tailoredCount > 0;
  }

  get isWanted(): boolean {
    return this.subscriptions.length > 0 || this.watchers !== undefined;
  }

  add(subscription: Subscription): void {
    subscription.hubIndex = this.subscriptions.push(subscription) - 1;
    if (subscription.tailoring !== undefined) this.#count(subscription.tailoring, 1);
  }

  /** The last one moves into the gap. */
  remove(subscription: Subscription): void {
    if (subscription.tailoring !== undefined) this.#count(subscription.tailoring, -1);
    const index = subscription.hubIndex;
    subscription.hubIndex = -1;
    const last = this.subscriptions.pop();
    if (last === undefined || last === subscription) return;
    this.subscriptions[index] = last;
    last.hubIndex = index;
  }

  #count({ kind }: Tailoring, change: 1 | -1): void {
    this.#tailoredCount += change;
    if (kind === "deltas") this.#deltasCount += change;
    if (this.#deltasCount === 0) this.deltas = undefined;
    else this.deltas ??= new DeltaBase(this.name);
  }

  /** Those who watch for losses. */
  positioned(): Subscription[] {
    return this.subscriptions.filter(({ isLive, position }) => isLive && position !== undefined);
  }
}
