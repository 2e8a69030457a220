import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { LossSource, Subscription } from "../hub/subscription.ts";
import { orRefusal } from "./refusal.ts";
import type { SessionOptions } from "./services.ts";
import { Session } from "./session.ts";
import { subscribeClient, type Subscribed } from "./subscribe-client.ts";

/**
 * A client that cannot say where it stands. The gateway knows, so when something was lost on the way from Redis it continues there for the
 * client, which is sent what it has missed and never learns of it. Only where the history does not reach back so far
 * the line ends, for to go on would be to go on with a hole.
 */
export class ContinuingSession extends Session {
  readonly #services: SessionOptions["services"];

  constructor(options: SessionOptions) {
    super(options);
    this.#services = options.services;
  }

  override insufficientState(lost: Subscription, source: LossSource): void {
    const { position } = lost;
    if (position === undefined) return super.insufficientState(lost, source);
    this.#services.metrics.losses.inc({ source });
    // Later, because this is called while the hub walks the list the subscription is in.
    queueMicrotask(() => void this.#continueFrom(position, lost));
  }

  async #continueFrom(position: StreamPosition, lost: Subscription): Promise<void> {
    if (this.subscriptions.get(lost.channel) !== lost) return;
    const found = await orRefusal(() => this.#subscribeAgain(position, lost), "subscribe", this.#services);
    // It went away meanwhile, was sent away, or taken out of the channel.
    if (this.state === "closed" || found === undefined) return;
    if ("kind" in found) return this.disconnect(disconnectCodes.insufficientState);
    const { subscription, recovery } = found;
    if (subscription.hasEnded) return;
    if (recovery?.isComplete !== true) return this.disconnect(disconnectCodes.insufficientState);
    const { channel } = subscription;
    for (const publication of recovery.publications) this.tell({ kind: "publication", channel, publication });
    subscription.goLive(found.position);
  }

  /** The new subscription takes the place of the lost one, in presence too, so nobody sees the client leave. */
  async #subscribeAgain(from: StreamPosition, lost: Subscription): Promise<Subscribed | undefined> {
    const { hub, roster, expiries, rules } = this.#services;
    const { channel, isServerSide, access } = lost;
    hub.remove(lost);
    expiries.delete(lost);
    const options = rules.find(channel);
    try {
      if (options === undefined) throw new Error("a channel that was subscribed to has no options");
      // It is the gateway that continues, not a client that would need the right to.
      const asGateway = { ...options, allow_recovery: true, force_recovery_mode: "stream" as const };
      const wish = { from, isRecoverable: true };
      const order = { client: this, channel, options: asGateway, isServerSide, access, wish };
      return await subscribeClient(order, this.#services);
    } catch (error) {
      // Where the new one did not get so far, presence still has the lost one.
      roster.leave(lost);
      throw error;
    }
  }
}
