import type { ReceivedPublication } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import { splitPublicationBody } from "@switchyard/protocol/publication-body";
import { PublicationDelta, type DeltaData } from "@switchyard/protocol/publication-delta";
import { Delivery, type Step } from "./delivery.ts";

/**
 * A publication for subscribers with deltas: whole, and as what has changed since the one before. Each is encoded when the first
 * subscriber needs it, and then shared like any other delivery.
 */
export interface DeltaDelivery {
  readonly whole: Delivery;
  /** To those that hold `before`. */
  readonly changes: Delivery;
  readonly before: DeltaData | undefined;
  /** Counted from 1. Who was sent one of them holds `before` of the next. */
  readonly turn: number;
}

/** What a subscriber with deltas holds that was sent no publication yet, or not the last one; else see `heldTurn` of its subscription. */
export class HeldData {
  readonly kind = "deltas";
  #recovered: DeltaData | undefined;

  /** The answer to its subscription has ended with this data. */
  recover(data: DeltaData): void {
    this.#recovered = data;
  }

  /** The form in which it is to be sent a publication, which it holds from then on. */
  take({ whole, changes, before }: DeltaDelivery): Delivery {
    const isHeld = this.#recovered !== undefined && before !== undefined && isSame(this.#recovered, before);
    this.#recovered = undefined;
    return isHeld ? changes : whole;
  }
}

/**
 * What the subscribers of one channel on this node were sent last, as long as one of them has deltas.
 *
 * A delta is right for whoever holds the very data it was made from. So what is compared is not offsets: there are none where no history is
 * kept, and several publications pass between two of a conflated channel.
 */
export class DeltaBase {
  readonly #channel: ChannelName;
  #last: DeltaData | undefined;
  /** From 1, so that who was sent nothing does not hold what came before the first. */
  #turn = 1;

  constructor(channel: ChannelName) {
    this.#channel = channel;
  }

  /** Undefined for a body nobody of ours has made: it has no data. */
  next(publication: ReceivedPublication, step: Step | undefined): DeltaDelivery | undefined {
    const before = this.#last;
    const parts = splitPublicationBody(publication.body);
    this.#last = parts && copyOf(parts);
    const turn = ++this.#turn;
    if (parts === undefined) return undefined;
    const whole = this.#deliver(publication, step, new PublicationDelta(parts, undefined));
    if (before === undefined || publication.allowsDelta !== true) return { whole, changes: whole, before, turn };
    return { whole, changes: this.#deliver(publication, step, new PublicationDelta(parts, before)), before, turn };
  }

  #deliver({ offset, body }: ReceivedPublication, step: Step | undefined, delta: PublicationDelta): Delivery {
    return new Delivery({ kind: "publication", channel: this.#channel, publication: { offset, body, delta } }, step);
  }

  /** A subscriber has recovered up to a publication with this data. */
  recover(held: HeldData, data: DeltaData): void {
    // Nothing was heard since the first subscriber with deltas came: what comes next continues from here.
    this.#last ??= copyOf(data);
    held.recover(isSame(this.#last, data) ? this.#last : copyOf(data));
  }
}

function isSame(a: DeltaData, b: DeltaData): boolean {
  // A text and the base64 of bytes may look the same, and are not.
  return a === b || (a.text.equals(b.text) && a.bytes.equals(b.bytes));
}

/** It may be kept for long; a part of a body would keep the whole block that was read from the socket. */
function copyOf({ text, bytes }: DeltaData): DeltaData {
  const copy = Buffer.allocUnsafeSlow(text.length);
  text.copy(copy);
  return { text: copy, bytes: bytes === text ? copy : bytes };
}
