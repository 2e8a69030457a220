import type { ReceivedPublication } from "@switchyard/broker/broker";

/** A publication that stands for a run of them: everything from `first` up to it, without a hole or a leap. */
export type Flush = (publication: ReceivedPublication, first: ReceivedPublication) => void;

/**
 * Thins one channel out for the subscribers of this node: the newest publication, at most once per interval. For values of
 * which only the last one matters: a price, a position, a progress.
 *
 * The first publication after a pause leaves at once, so nothing is slower than without. Further ones replace each other until
 * the interval is over. What leaves stands for a run of offsets, so that positions still count: a hole *inside* a run (lost by
 * Redis, not by us) begins a new run and shows as a gap.
 */
export class Conflation {
  readonly #intervalMs: number;
  readonly #flush: Flush;
  #waiting: ReceivedPublication | undefined;
  #first: ReceivedPublication | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number, flush: Flush) {
    this.#intervalMs = intervalMs;
    this.#flush = flush;
  }

  offer(publication: ReceivedPublication): void {
    if (this.#timer === undefined) {
      this.#start();
      this.#flush(publication, publication);
      return;
    }
    const waiting = this.#waiting;
    const continues =
      waiting !== undefined && waiting.epoch === publication.epoch && publication.offset === waiting.offset + 1;
    if (!continues) this.#first = publication;
    this.#waiting = publication;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    this.#first = undefined;
  }

  #start(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const waiting = this.#waiting;
      if (waiting === undefined) return;
      this.#waiting = undefined;
      this.#start();
      this.#flush(waiting, this.#first ?? waiting);
    }, this.#intervalMs);
  }
}
