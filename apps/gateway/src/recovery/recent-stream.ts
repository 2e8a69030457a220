import type { History, ReceivedPublication, StoredPublication } from "@switchyard/broker/broker";
import { isCovered } from "@switchyard/broker/is-covered";

/** What somebody who joins a channel wants to know of its stream. */
export type Want =
  | { readonly kind: "top" }
  | { readonly kind: "newest" }
  /** Everything missed since a position; an empty epoch is one the client does not know. */
  | { readonly kind: "after"; readonly offset: number; readonly epoch: string };

export interface RecentStreamOptions {
  /** As it was read, oldest first. */
  readonly history: History;
  /** `history` holds everything the stream had kept behind this offset. */
  readonly since: number;
  /** More than so many are never asked for: neither the stream nor the bound of a recovery reaches further back. */
  readonly keepMax: number;
}

/**
 * The newest part of a stream as this node knows it: one reading, and behind it every publication heard since the reading was
 * sent. It answers what a reading of its own would have answered a moment ago, or that it cannot.
 */
export class RecentStream {
  readonly #keepMax: number;
  readonly #epoch: string;
  readonly #publications: StoredPublication[];
  readonly #since: number;
  readonly #deadEpochs = new Set<string>();
  #top: number;
  #isBroken = false;

  constructor({ history, since, keepMax }: RecentStreamOptions) {
    this.#keepMax = keepMax;
    this.#epoch = history.epoch;
    this.#top = history.offset;
    this.#since = Math.min(since, history.offset);
    this.#publications = [...history.publications];
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
        return this.#top > 0 && this.#since >= this.#top
          ? undefined
          : this.#withPublications(this.#publications.slice(-1));
      default:
        return this.#answerAfter(want.offset, want.epoch);
    }
  }

  #answerAfter(offset: number, epoch: string): History | undefined {
    if (epoch !== "" && epoch !== this.#epoch) {
      return this.#deadEpochs.has(epoch) ? this.#withPublications([]) : undefined;
    }
    // Ahead of what is known: another node has heard more.
    if (offset > this.#top) return undefined;
    if (this.#isTooFarBack(offset)) return this.#withPublications([]);
    if (offset < this.#since) return undefined;
    // From the end, because most clients have missed little.
    const last = this.#publications.findLastIndex((publication) => publication.offset <= offset);
    return this.#withPublications(this.#publications.slice(last + 1));
  }

  /** More publications behind it are known than may be handed out. Offsets do not tell how many: they leap. */
  #isTooFarBack(offset: number): boolean {
    const oldest = this.#publications.at(-this.#keepMax);
    return oldest !== undefined && this.#publications.length >= this.#keepMax && offset < oldest.previousOffset;
  }

  #withPublications(publications: readonly StoredPublication[]): History {
    return { offset: this.#top, epoch: this.#epoch, publications };
  }

  /** Seldom, because taking from the front of a list costs its length. */
  #trim(): void {
    if (this.#publications.length <= 2 * this.#keepMax) return;
    this.#publications.splice(0, this.#publications.length - this.#keepMax);
  }
}
