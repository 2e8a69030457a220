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
 *
 * One that is not kept has no place in the stream, so it can stand for none that has: it would look like a hole, and all who follow the stream would
 * recover. It takes the place of others like it, and leaves behind the run that waits.
 */
export class Conflation {
  readonly #intervalMs: number;
  readonly #flush: Flush;
  #waiting: ReceivedPublication | undefined;
  #first: ReceivedPublication | undefined;
  /** Newer than the run that waits. */
  #unkept: ReceivedPublication | undefined;
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
    if (publication.offset === 0) {
      this.#unkept = publication;
      return;
    }
    this.#unkept = undefined;
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
    this.#unkept = undefined;
  }

  #start(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const [waiting, unkept] = [this.#waiting, this.#unkept];
      if (waiting === undefined && unkept === undefined) return;
      this.#waiting = undefined;
      this.#unkept = undefined;
      this.#start();
      if (waiting !== undefined) this.#flush(waiting, this.#first ?? waiting);
      if (unkept !== undefined) this.#flush(unkept, unkept);
    }, this.#intervalMs);
  }
}
