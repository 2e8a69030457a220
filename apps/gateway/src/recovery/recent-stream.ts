import type { History, ReceivedPublication, StoredPublication } from "@switchyard/broker/broker";
import { isCovered } from "@switchyard/broker/follows-position";

/** Whether somebody wants a publication. */
export type Accepts = (publication: StoredPublication) => boolean;

/** What somebody who joins a channel wants to know of its stream. */
export type Want =
  | { readonly kind: "top" }
  /** The newest publication; where only some count, also the newest of these, and what lies between. */
  | { readonly kind: "newest"; readonly accepts?: Accepts | undefined }
  /** Everything missed since a position; an empty epoch is one the client does not know. */
  | { readonly kind: "after"; readonly offset: number; readonly epoch: string };

export interface RecentStreamOptions {
  /** As it was read, oldest first. */
  readonly history: History;
  /** `history` holds everything the stream had kept behind this offset. */
  readonly since: number;
  /** With the publication before it, it would have been more bytes than may be handed out. */
  readonly isFull: boolean;
  /** More than so many are never asked for: neither the stream nor the bound of a recovery reaches further back. */
  readonly keepMax: number;
  /** Bytes of publications that a reading may come to. */
  readonly maxBytes: number;
}

/**
 * The newest part of a stream as this node knows it: one reading, and behind it every publication heard since the reading was
 * sent. It answers what a reading of its own would have answered a moment ago, or that it cannot.
 */
export class RecentStream {
  readonly #keepMax: number;
  readonly #maxBytes: number;
  readonly #epoch: string;
  readonly #publications: StoredPublication[];
  readonly #since: number;
  readonly #isFull: boolean;
  readonly #deadEpochs = new Set<string>();
  #top: number;
  #bytes: number;
  /** Who stands before it has missed more than may be handed out. Undefined: to be found. */
  #reach: number | undefined;
  #isBroken = false;

  constructor({ history, since, isFull, keepMax, maxBytes }: RecentStreamOptions) {
    this.#keepMax = keepMax;
    this.#maxBytes = maxBytes;
    this.#epoch = history.epoch;
    this.#top = history.offset;
    this.#since = Math.min(since, history.offset);
    this.#isFull = isFull;
    this.#publications = [...history.publications];
    this.#bytes = bytesOf(this.#publications);
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** False when it does not continue what is known, which is then worth nothing any more. */
  append(publication: ReceivedPublication): boolean {
    const { offset, previousOffset, epoch, timeMs, body } = publication;
    // What was published before the reading and heard after it is in the reading.
    const isKnown = isCovered(publication, { offset: this.#top });
    if (epoch !== this.#epoch || !(isKnown || previousOffset === this.#top)) this.#isBroken = true;
    if (this.#isBroken) return false;
    if (isKnown) return true;
    this.#publications.push({ offset, previousOffset, timeMs, body });
    this.#top = offset;
    this.#bytes += body.length;
    this.#reach = undefined;
    this.#trim();
    return true;
  }

  /** No stream has this epoch any more. Epochs are never used again, so that stays true. */
  bury(epoch: string): void {
    this.#deadEpochs.add(epoch);
  }

  /** Undefined when only a new reading can tell. */
  answer(want: Want): History | undefined {
    if (this.#isBroken) return undefined;
    switch (want.kind) {
      case "top":
        return this.#withPublications([]);
      case "newest":
        return this.#answerNewest(want.accepts);
      default:
        return this.#answerAfter(want.offset, want.epoch);
    }
  }

  #answerNewest(accepts: Accepts = () => true): History | undefined {
    if (this.#top > 0 && this.#since >= this.#top) return undefined;
    const index = this.#publications.findLastIndex(accepts);
    if (index !== -1) return this.#withPublications(this.#publications.slice(index));
    this.#reach ??= this.#findReach();
    // What is not known here may be accepted, unless it is out of reach.
    return this.#since > this.#reach ? undefined : this.#withPublications(this.#publications.slice(-1));
  }

  #answerAfter(offset: number, epoch: string): History | undefined {
    if (epoch !== "" && epoch !== this.#epoch) {
      return this.#deadEpochs.has(epoch) ? this.#withPublications([]) : undefined;
    }
    // Ahead of what is known: another node has heard more.
    if (offset > this.#top) return undefined;
    this.#reach ??= this.#findReach();
    if (offset < this.#reach) return this.#withPublications([]);
    if (offset < this.#since) return undefined;
    // From the end, because most clients have missed little.
    const last = this.#publications.findLastIndex((publication) => publication.offset <= offset);
    return this.#withPublications(this.#publications.slice(last + 1));
  }

  /**
   * Going back from the top, the offset of the first publication that is one too many, or whose bytes are too many. Offsets do not tell
   * how many there are: they leap.
   */
  #findReach(): number {
    let bytes = 0;
    for (let count = 1; count <= this.#publications.length; count++) {
      const publication = this.#publications.at(-count);
      if (publication === undefined) break;
      bytes += publication.body.length;
      if (count > this.#keepMax || (count > 1 && bytes > this.#maxBytes)) return publication.offset;
    }
    if (this.#isFull) return this.#since;
    // As many as may be handed out are known, so whoever stands before the first has missed one more.
    return this.#publications.length === this.#keepMax ? (this.#publications[0]?.previousOffset ?? 0) : 0;
  }

  #withPublications(publications: readonly StoredPublication[]): History {
    return { offset: this.#top, epoch: this.#epoch, publications, isCut: false };
  }

  /** Down to what is within reach, with the one that is not. Seldom, because taking from the front of a list costs its length. */
  #trim(): void {
    if (this.#publications.length <= 2 * this.#keepMax && this.#bytes <= 2 * this.#maxBytes) return;
    const reach = this.#findReach();
    this.#publications.splice(
      0,
      this.#publications.findIndex(({ offset }) => offset >= reach),
    );
    this.#bytes = bytesOf(this.#publications);
  }
}

function bytesOf(publications: readonly StoredPublication[]): number {
  return publications.reduce((sum, { body }) => sum + body.length, 0);
}
