import type { ReceivedPublication } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import type { Encoder, Notice } from "./notice.ts";

/** A publication's place in its stream, for subscriptions that watch for losses. */
export interface Step {
  readonly publication: Pick<ReceivedPublication, "offset" | "previousOffset" | "epoch">;
  /** The first publication it stands for: itself, unless the channel is conflated. */
  readonly first: Pick<ReceivedPublication, "offset" | "previousOffset">;
}

/**
 * A notice for many clients of this node. It is encoded when the first client of a wire needs it, and once for all of that
 * wire: they are handed the very same Buffer, which is what lets whole frames be shared (docs/decisions/0002).
 *
 * Not a Map by encoder: looking into one for each of a million deliveries a second would cost more than the delivery.
 */
export class Delivery {
  readonly notice: Notice;
  /** Undefined for what is not counted: joins, leaves, messages, publications that are not kept. */
  readonly step: Step | undefined;
  readonly #bytes: (Buffer | undefined)[] = [];
  /** What was asked for last: most nodes speak one wire most of the time, and a comparison costs less than the list. */
  #lastEncoder: Encoder | undefined;
  #lastBytes: Buffer = none;

  constructor(notice: Notice, step?: Step) {
    this.notice = notice;
    this.step = step;
  }

  bytes(encoder: Encoder): Buffer {
    return encoder === this.#lastEncoder ? this.#lastBytes : this.#find(encoder);
  }

  #find(encoder: Encoder): Buffer {
    this.#lastEncoder = encoder;
    this.#lastBytes = this.#bytes[encoder.index] ??= encoder.encode(this.notice);
    return this.#lastBytes;
  }
}

const none = Buffer.alloc(0);

/** @param first where it stands for a run of publications */
export function deliveryOf(
  channel: ChannelName,
  publication: ReceivedPublication,
  first: Step["first"] = publication,
): Delivery {
  // Offset 0: it was not kept, so there is nothing to count.
  const step = publication.offset === 0 ? undefined : { publication, first };
  return new Delivery({ kind: "publication", channel, publication }, step);
}
