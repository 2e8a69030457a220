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

/** Which messages have been seen at one position of a stream, by a publisher or a client. More than one is a fork. */
interface Position {
  readonly seen: Map<string, { ackTs: number | undefined; firstTs: number }>;
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
  readonly #positions = new Map<string, Position>();

  get all(): Iterable<BookedPublication> {
    return this.#byId.values();
  }

  /** How many positions held more than one message. */
  get forkedPositions(): number {
    return Array.from(this.#positions.values()).filter(({ seen }) => seen.size > 1).length;
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

  /** The message that stands at a position. */
  standingAt(channel: string, epoch: string, offset: number): string | undefined {
    const seen = this.#positions.get(keyOf(channel, epoch, offset))?.seen ?? [];
    let standing: { id: string; ackTs: number; firstTs: number } | undefined;
    for (const [id, { ackTs = -1, firstTs }] of seen) {
      const isLater = ackTs > (standing?.ackTs ?? -1) || (ackTs === standing?.ackTs && firstTs > standing.firstTs);
      if (standing === undefined || isLater) standing = { id, ackTs, firstTs };
    }
    return standing?.id;
  }

  /** Acknowledged, and then its position was given to another: the store has lost it. */
  isSuperseded({ id, channel, acked }: BookedPublication): boolean {
    return acked !== undefined && this.standingAt(channel, acked.epoch, acked.offset) !== id;
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
    const { id, channel, epoch, offset, firstTs, ackTs } = sight;
    const key = keyOf(channel, epoch, offset);
    const position = this.#positions.get(key) ?? { seen: new Map() };
    this.#positions.set(key, position);
    const known = position.seen.get(id);
    if (known === undefined) {
      position.seen.set(id, { ackTs, firstTs });
    } else {
      known.ackTs ??= ackTs;
      known.firstTs = Math.min(known.firstTs, firstTs);
    }
  }
}

interface Sight {
  readonly id: string;
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
  readonly firstTs: number;
  readonly ackTs: number | undefined;
}

function keyOf(channel: string, epoch: string, offset: number): string {
  return `${offset} ${epoch} ${channel}`;
}
