import { encodePublicationPush } from "@switchyard/protocol/push";
import type { ReceivedPublication } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import { isCovered } from "@switchyard/broker/is-covered";
import type { LossSource } from "../session/loss-source.ts";
import { unsubscribeCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { SubscriptionAccess } from "../session/subscription-access.ts";

/** Who owns a subscription; a session, seen narrowly. */
export interface Subscriber {
  /** The client id. */
  readonly id: string;
  send(message: Buffer): void;
  /** A publication was missed: the client must subscribe again (or, for a server-side subscription, connect again). */
  insufficientState(subscription: Subscription, source: LossSource): void;
  /** Takes the subscription away from the client, and says so. */
  endSubscription(subscription: Subscription, reason: Disconnect): void;
}

/** A publication with the push every subscriber of this node shares. */
export interface Delivery {
  readonly publication: ReceivedPublication;
  /** The first publication it stands for: itself, unless the channel is conflated. */
  readonly first: Pick<ReceivedPublication, "offset" | "previousOffset">;
  /** Undefined for the one subscriber that is left out: it moves on without being sent anything. */
  readonly push: Buffer | undefined;
}

/**
 * One session on one channel.
 *
 *   joining   from `subscribe` until its reply is queued. Publications are held back in `#held`, because the client must get
 *             the reply first, and because history read meanwhile may contain them too.
 *   live      each publication goes out at once.
 *   ended     nothing goes out any more; set by unsubscribe, by a gap, and by the end of the session.
 *
 * A positioned subscription follows the chain: what names its position as the offset before is sent, what is older has been
 * sent already, and anything else means that something was lost, on the way (Redis pub/sub is at-most-once) or by Redis itself.
 * Then the client is told to come back and recover; nothing later is sent on top of a hole.
 */
export class Subscription {
  readonly subscriber: Subscriber;
  readonly channel: ChannelName;
  readonly isServerSide: boolean;
  /** Where it stands in the hub's list of the channel; the hub's own. */
  hubIndex = -1;
  /** The session's own; undefined when no token gave it. */
  access: SubscriptionAccess | undefined;
  /** Wants to know who comes and goes. */
  hearsJoinLeave = false;
  #state: "joining" | "live" | "ended" = "joining";
  #held: Delivery[] | undefined = [];
  #position: { offset: number; epoch: string } | undefined;

  constructor(subscriber: Subscriber, channel: ChannelName, isServerSide: boolean) {
    this.subscriber = subscriber;
    this.channel = channel;
    this.isServerSide = isServerSide;
  }

  get isLive(): boolean {
    return this.#state === "live";
  }

  get hasEnded(): boolean {
    return this.#state === "ended";
  }

  /** The last publication sent; undefined when losses are not watched for. */
  get position(): StreamPosition | undefined {
    return this.#position;
  }

  /** What arrived while joining, for the merge with history. */
  get held(): readonly Delivery[] {
    return this.#held ?? [];
  }

  deliver(delivery: Delivery): void {
    switch (this.#state) {
      case "live":
        this.#send(delivery);
        break;
      case "joining":
        this.#held?.push(delivery);
        break;
      case "ended":
        break;
      default:
        break;
    }
  }

  /** The reply is queued: send what came meanwhile. `position` is the last publication the reply covers. */
  goLive(position: StreamPosition | undefined): void {
    if (this.#state !== "joining") return;
    this.#position = position === undefined ? undefined : { offset: position.offset, epoch: position.epoch };
    this.#state = "live";
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const delivery of held) this.deliver(delivery);
  }

  /** Its token has run out, and the time to refresh it too. */
  expire(): void {
    this.subscriber.endSubscription(this, unsubscribeCodes.expired);
  }

  end(): void {
    this.#state = "ended";
    this.#held = undefined;
  }

  #send({ publication, first, push }: Delivery): void {
    const position = this.#position;
    // Offset 0: the publication was not kept, so there is nothing to count.
    if (position !== undefined && publication.offset > 0) {
      const isSame = publication.epoch === position.epoch;
      if (isSame && isCovered(publication, position)) return;
      // Of a run of conflated ones some may be in the history that was read.
      const isNext = first.previousOffset === position.offset || isCovered(first, position);
      if (!isSame || !isNext) {
        this.end();
        this.subscriber.insufficientState(this, lossSource(publication, first, position));
        return;
      }
      position.offset = publication.offset;
    }
    if (push !== undefined) this.subscriber.send(push);
  }
}

function lossSource({ epoch }: ReceivedPublication, first: Delivery["first"], position: StreamPosition): LossSource {
  if (epoch !== position.epoch) return "epoch";
  return first.previousOffset > position.offset ? "gap" : "fork";
}

/** Encoded once per node, whoever is subscribed. */
export function createDelivery(
  channel: string,
  publication: ReceivedPublication,
  first: Delivery["first"] = publication,
): Delivery {
  return { publication, first, push: encodePublicationPush(channel, publication.body, publication.offset) };
}
