import type { ReceivedPublication } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import { isCovered } from "@switchyard/broker/follows-position";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { DeltaDelivery, HeldData } from "./delta-base.ts";
import type { Delivery, Step } from "./delivery.ts";
import type { SharedFilter } from "./tag-filters.ts";

/** Who owns a subscription; a session, seen narrowly. */
export interface Subscriber {
  /** The client id. */
  readonly id: string;
  deliver(delivery: Delivery): void;
  /** Its door has told it that it is subscribed. */
  wentLive?(subscription: Subscription): void;
  /** A publication was missed: the client must subscribe again (or, for a server-side subscription, connect again). */
  insufficientState(subscription: Subscription, source: LossSource): void;
  /** The time that its access gave it is over, or almost, where somebody is to be asked for more. */
  expireSubscription(subscription: Subscription): void;
}

/**
 * What showed that a subscription had missed something: a jump in offsets or another epoch on the next publication, the
 * check after a lost connection, the check of a quiet channel, or a history that went on without what the client had.
 */
export type LossSource = "gap" | "epoch" | "reconnect_check" | "quiet_check" | "fork";

/** By what right a subscription lasts, when a token gave it; most have none of this, so it is one field of theirs. */
export interface SubscriptionAccess {
  /** Who the client is in this channel, where its back end says so for each channel; else who it is everywhere. */
  readonly user?: string;
  /** Shown to other subscribers of the channel, beside the connection's own info. */
  readonly info?: unknown;
  /** Undefined: it lasts as long as the connection. */
  readonly expiresAtMs?: number | undefined;
  /** Who sees to it that it goes on when it expires: the client, by a new token, where it is not said. */
  readonly refreshedBy?: "server" | "nobody" | undefined;
  /** Times in a row that its end was put off because the back end had no answer. */
  readonly graces?: number;
  /** Of the token, for revocations; absent when the connection's token gave it. */
  readonly token?: { readonly user: string; readonly tokenId: string; readonly issuedAtMs: number | undefined };
}

/** Not both: what is no delta to the one before would be none to the one before that was let through. */
export type Tailoring = { readonly kind: "filter"; readonly filter: SharedFilter } | HeldData;

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
  /** What it gets of the channel, where that is not everything as it was published; the hub's own. */
  tailoring: Tailoring | undefined;
  /**
   * With deltas: the turn of the last publication it was sent (see `DeltaDelivery`), 0 before. Here and not in its tailoring, as each
   * object that a delivery has to fetch costs a tenth of it.
   */
  heldTurn = 0;
  /** Wants to know who comes and goes. */
  hearsJoinLeave = false;
  #state: "joining" | "live" | "ended" = "joining";
  #held: Held[] | undefined = [];
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

  deliver(delivery: Delivery): void {
    switch (this.#state) {
      case "live":
        // Asked here, too: most fan-out is without positions, and the call would be a seventh of what is done here.
        if (this.#position === undefined || this.#moves(delivery.step)) this.subscriber.deliver(delivery);
        break;
      case "joining":
        this.#held?.push({ delivery, isSent: true });
        break;
      case "ended":
        break;
      default:
        break;
    }
  }

  /** The same, to a subscription with deltas: as a delta only where the client was sent what it is a delta to. */
  deliverChanges(deltaDelivery: DeltaDelivery): void {
    const { whole, changes, turn } = deltaDelivery;
    if (this.#state === "live") {
      if (this.#position !== undefined && !this.#moves(whole.step)) return;
      const form = this.heldTurn === turn - 1 ? changes : this.#takeFirst(deltaDelivery);
      this.heldTurn = turn;
      this.subscriber.deliver(form);
    } else if (this.#state === "joining") {
      this.#held?.push({ delivery: whole, isSent: true, deltaDelivery });
    }
  }

  #takeFirst(deltaDelivery: DeltaDelivery): Delivery {
    return this.tailoring?.kind === "deltas" ? this.tailoring.take(deltaDelivery) : deltaDelivery.whole;
  }

  /** Moves on over a publication that this client is not sent, because it is its own or not what its filter lets through. */
  skip(delivery: Delivery): void {
    if (this.#state === "live") this.#moves(delivery.step);
    else if (this.#state === "joining") this.#held?.push({ delivery, isSent: false });
  }

  /** The reply is queued: send what came meanwhile. `position` is the last publication the reply covers. */
  goLive(position: StreamPosition | undefined): void {
    if (this.#state !== "joining") return;
    this.#position = position === undefined ? undefined : { offset: position.offset, epoch: position.epoch };
    this.#state = "live";
    this.subscriber.wentLive?.(this);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { delivery, isSent, deltaDelivery } of held) {
      if (deltaDelivery !== undefined) this.deliverChanges(deltaDelivery);
      else if (isSent) this.deliver(delivery);
      else this.skip(delivery);
    }
  }

  /** Its token has run out, and the time to refresh it too. */
  expire(): void {
    this.subscriber.expireSubscription(this);
  }

  end(): void {
    this.#state = "ended";
    this.#held = undefined;
  }

  /** Takes a step along the chain; false where there is nothing to send: it was sent already, or something was lost. */
  #moves(step: Step | undefined): boolean {
    const position = this.#position;
    if (position === undefined || step === undefined) return true;
    const { publication, first } = step;
    const isSame = publication.epoch === position.epoch;
    if (isSame && isCovered(publication, position)) return false;
    // Of a run of conflated ones some may be in the history that was read.
    const isNext = first.previousOffset === position.offset || isCovered(first, position);
    if (!isSame || !isNext) {
      this.end();
      this.subscriber.insufficientState(this, lossSource(publication, first, position));
      return false;
    }
    position.offset = publication.offset;
    return true;
  }
}

/** What came while the subscription was joining. */
interface Held {
  readonly delivery: Delivery;
  readonly isSent: boolean;
  readonly deltaDelivery?: DeltaDelivery;
}

function lossSource(
  { epoch }: Pick<ReceivedPublication, "epoch">,
  first: Step["first"],
  position: StreamPosition,
): LossSource {
  if (epoch !== position.epoch) return "epoch";
  return first.previousOffset > position.offset ? "gap" : "fork";
}
