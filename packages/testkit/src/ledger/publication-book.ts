import type { DeliveryRecord, PublishRecord } from "./ledger-record.ts";

/** What became of one message, over all attempts. */
export interface BookedPublication {
  readonly id: string;
  readonly channel: string;
  readonly sendTs: number;
  attempts: number;
  outcome: PublishRecord["outcome"];
  /** Where the first acknowledgement put it. */
  acked: { readonly epoch: string; readonly offset: number; readonly ts: number } | undefined;
}

/** Messages seen at one position of a stream, by a publisher or a client: id to when. More than one is a fork. */
type Seen = Map<string, { ackTs: number | undefined; firstTs: number }>;

/**
 * Everything known about publications, from the publisher's ledger and from where clients saw them.
 *
 * After a store has lost its tail, the same (epoch, offset) is given out again for another message. The one acknowledged
 * last is the one that stands: later history grows out of it.
 */
export class PublicationBook {
  readonly #byId = new Map<string, BookedPublication>();
  readonly #byChannel = new Map<string, BookedPublication[]>();
  readonly #positions = new Map<string, Seen>();
  /** By stream, the offsets that have been given out more than once. */
  readonly #forked = new Map<string, Set<number>>();

  get all(): Iterable<BookedPublication> {
    return this.#byId.values();
  }

  /** How many positions held more than one message. */
  get forkedPositions(): number {
    return this.#forked.values().reduce((sum, offsets) => sum + offsets.size, 0);
  }

  find(id: string): BookedPublication | undefined {
    return this.#byId.get(id);
  }

  inChannel(channel: string): readonly BookedPublication[] {
    return this.#byChannel.get(channel) ?? [];
  }

  addAttempt({ id, channel, sendTs, doneTs, outcome, epoch, offset }: PublishRecord): void {
    const publication = this.#byId.get(id) ?? this.#open(id, channel, sendTs);
    publication.attempts += 1;
    const rank = { refused: 0, unknown: 1, ack: 2 };
    if (rank[outcome] > rank[publication.outcome]) publication.outcome = outcome;
    if (outcome !== "ack" || epoch === undefined || offset === undefined) return;
    publication.acked ??= { epoch, offset, ts: doneTs };
    this.#see({ id, channel, epoch, offset, firstTs: doneTs, ackTs: doneTs });
  }

  addDelivery({ id, channel, epoch, offset, ts }: DeliveryRecord): void {
    this.#see({ id, channel, epoch, offset, firstTs: ts, ackTs: undefined });
  }

  /** The message that stands at a position, and since when. */
  standingAt({ channel, epoch, offset }: Place): { readonly id: string; readonly firstTs: number } | undefined {
    let standing: { id: string; ackTs: number; firstTs: number } | undefined;
    for (const [id, { ackTs = -1, firstTs }] of this.#positions.get(keyOf({ channel, epoch, offset })) ?? []) {
      const isLater = ackTs > (standing?.ackTs ?? -1) || (ackTs === standing?.ackTs && firstTs > standing.firstTs);
      if (standing === undefined || isLater) standing = { id, ackTs, firstTs };
    }
    return standing;
  }

  /**
   * True when the store has lost this message: its position was given to another, or an earlier one was after this message had
   * been seen, because a history is lost from some offset on.
   */
  isLost(id: string, place: Place): boolean {
    const forked = this.#forked.get(streamOf(place));
    if (forked === undefined) return false;
    const firstTs = this.#positions.get(keyOf(place))?.get(id)?.firstTs ?? Infinity;
    return forked.values().some((offset) => {
      if (offset > place.offset) return false;
      const standing = this.standingAt({ ...place, offset });
      if (standing === undefined) return false;
      return offset === place.offset ? standing.id !== id : standing.firstTs > firstTs;
    });
  }

  isLostByStore({ id, channel, acked }: BookedPublication): boolean {
    return acked !== undefined && this.isLost(id, { channel, ...acked });
  }

  #open(id: string, channel: string, sendTs: number): BookedPublication {
    const publication: BookedPublication = {
      id,
      channel,
      sendTs,
      attempts: 0,
      outcome: "refused",
      acked: undefined,
    };
    this.#byId.set(id, publication);
    const others = this.#byChannel.get(channel);
    if (others === undefined) this.#byChannel.set(channel, [publication]);
    else others.push(publication);
    return publication;
  }

  #see(sight: Sight): void {
    const { id, offset, firstTs, ackTs } = sight;
    const seen: Seen = this.#positions.get(keyOf(sight)) ?? new Map();
    this.#positions.set(keyOf(sight), seen);
    const known = seen.get(id);
    if (known === undefined) {
      seen.set(id, { ackTs, firstTs });
    } else {
      known.ackTs ??= ackTs;
      known.firstTs = Math.min(known.firstTs, firstTs);
    }
    if (seen.size < 2) return;
    const forked = this.#forked.get(streamOf(sight)) ?? new Set();
    this.#forked.set(streamOf(sight), forked.add(offset));
  }
}

/** A position in a channel's stream. */
export interface Place {
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
}

interface Sight extends Place {
  readonly id: string;
  readonly firstTs: number;
  readonly ackTs: number | undefined;
}

function streamOf({ channel, epoch }: Place): string {
  return `${epoch} ${channel}`;
}

function keyOf(place: Place): string {
  return `${place.offset} ${streamOf(place)}`;
}
