import type { DeliveryRecord, PublishRecord } from "./ledger-record.ts";

/** What became of one message, over all attempts. */
export interface BookedPublication {
  readonly id: string;
  readonly channel: string;
  readonly sendTs: number;
  attempts: number;
  outcome: PublishRecord["outcome"];
  /** Where the first acknowledgement put it. */
  acked: { readonly epoch: string; readonly offset: number; readonly leap: number; readonly ts: number } | undefined;
}

/** Messages seen at one position of a stream, by a publisher or a client: by id and leap. More than one is a fork. */
type Seen = Map<string, Sighting>;
interface Sighting {
  readonly id: string;
  readonly leap: number;
  ackTs: number | undefined;
  firstTs: number;
}

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

  addAttempt({ id, channel, sendTs, doneTs, outcome, epoch, offset, leap = 0 }: PublishRecord): void {
    const publication = this.#byId.get(id) ?? this.#open(id, channel, sendTs);
    publication.attempts += 1;
    const rank = { refused: 0, unknown: 1, ack: 2 };
    if (rank[outcome] > rank[publication.outcome]) publication.outcome = outcome;
    if (outcome !== "ack" || epoch === undefined || offset === undefined) return;
    publication.acked ??= { epoch, offset, leap, ts: doneTs };
    this.#see({ id, channel, epoch, offset, leap, firstTs: doneTs, ackTs: doneTs });
  }

  addDelivery({ id, channel, epoch, offset, leap = 0, ts }: DeliveryRecord): void {
    this.#see({ id, channel, epoch, offset, leap, firstTs: ts, ackTs: undefined });
  }

  /** The message that stands at a position, and since when. */
  standingAt(place: Place): Readonly<Sighting> | undefined {
    let standing: Sighting | undefined;
    for (const sighting of this.#positions.get(keyOf(place))?.values() ?? []) {
      const [ackTs, standingTs] = [sighting.ackTs ?? -1, standing?.ackTs ?? -1];
      const isLater = ackTs > standingTs || (ackTs === standingTs && sighting.firstTs > (standing?.firstTs ?? 0));
      if (standing === undefined || isLater) standing = sighting;
    }
    return standing;
  }

  /**
   * True when the store has lost this message: its position was given to another, or an earlier one was after this message had
   * been seen, because a history is lost from some offset on.
   */
  isLost(id: string, place: Place & { readonly leap?: number }): boolean {
    const forked = this.#forked.get(streamOf(place));
    if (forked === undefined) return false;
    const { leap = 0 } = place;
    const firstTs = this.#positions.get(keyOf(place))?.get(sightOf({ id, leap }))?.firstTs ?? Infinity;
    return forked.values().some((offset) => {
      if (offset > place.offset) return false;
      const standing = this.standingAt({ ...place, offset });
      if (standing === undefined) return false;
      return offset === place.offset ? standing.id !== id || standing.leap !== leap : standing.firstTs > firstTs;
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
    const { id, offset, leap, firstTs, ackTs } = sight;
    const seen: Seen = this.#positions.get(keyOf(sight)) ?? new Map();
    this.#positions.set(keyOf(sight), seen);
    const known = seen.get(sightOf(sight));
    if (known === undefined) {
      seen.set(sightOf(sight), { id, leap, ackTs, firstTs });
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

type Sight = Place & Readonly<Sighting>;

function sightOf({ id, leap }: Pick<Sighting, "id" | "leap">): string {
  return `${leap} ${id}`;
}

function streamOf({ channel, epoch }: Place): string {
  return `${epoch} ${channel}`;
}

function keyOf(place: Place): string {
  return `${place.offset} ${streamOf(place)}`;
}
