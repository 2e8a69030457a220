import type { ReceivedPublication } from "@switchyard/broker/broker";
import { splitPublicationBody } from "@switchyard/protocol/publication-body";
import { PublicationDelta, type DeltaData } from "@switchyard/protocol/publication-delta";
import { Delivery } from "./delivery.ts";

/**
 * A publication for subscribers with deltas: whole, and as what has changed since the one before. Each is encoded when the first
 * subscriber needs it, and then shared like any other delivery.
 */
export interface DeltaDelivery {
  /** To those that hold `before`. */
  readonly changes: Delivery;
  readonly whole: Delivery;
  readonly before: DeltaData | undefined;
  /** What each of them holds from then on. */
  readonly after: DeltaData;
}

/** The form in which a subscriber that holds that data gets the publication. */
export function formFor(held: DeltaData | undefined, { changes, whole, before }: DeltaDelivery): Delivery {
  return held !== undefined && before !== undefined && isSame(held, before) ? changes : whole;
}

/**
 * What the subscribers of one channel on this node were sent last, as long as one of them has deltas.
 *
 * A delta is right for whoever holds the very data it was made from, so that is what is compared, and not offsets: there are none where no
 * history is kept, and several publications pass between two of a conflated channel. Nearly always it is the same object.
 */
export class DeltaBase {
  #last: DeltaData | undefined;

  /** Undefined for a body nobody of ours has made: it has no data. */
  next(plain: Delivery, publication: ReceivedPublication): DeltaDelivery | undefined {
    const { notice, step } = plain;
    const parts = splitPublicationBody(publication.body);
    const before = this.#last;
    this.#last = parts && copyOf(parts);
    if (parts === undefined || this.#last === undefined || notice.kind !== "publication") return undefined;
    const { offset, body } = publication;
    const deliver = (delta: PublicationDelta) =>
      new Delivery({ ...notice, publication: { offset, body, delta } }, step);
    const whole = deliver(new PublicationDelta(parts, undefined));
    const mayChange = publication.allowsDelta === true && before !== undefined;
    return {
      whole,
      changes: mayChange ? deliver(new PublicationDelta(parts, before)) : whole,
      before,
      after: this.#last,
    };
  }

  /** A subscriber has recovered up to a publication with this data. @returns what it holds, to be compared with `before` */
  adopt(data: DeltaData): DeltaData {
    if (this.#last !== undefined && isSame(this.#last, data)) return this.#last;
    const copy = copyOf(data);
    // Nothing was heard since the first subscriber with deltas came: what comes next continues from here.
    this.#last ??= copy;
    return copy;
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
