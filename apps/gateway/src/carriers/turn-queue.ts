/** Something with output to hand over at the end of the turn. */
export interface Flushable {
  flush(): void;
}

/** Something that keeps its output back for what may come soon. */
export interface Holding {
  release(): void;
}

/** What is held back is released after one to two of these: no client notices that, and Redis answers a herd within it. */
const holdMs = 50;

/**
 * Collects the outboxes that got something in this event-loop turn and flushes them at its end.
 *
 * One `setImmediate` per turn and process, not per connection: it runs right after the poll phase in which sockets were
 * read, so a lone message leaves in the turn it came in, while a burst read from Redis in one go leaves as one frame.
 */
export class TurnQueue {
  #waiting: Flushable[] = [];
  #held: Holding[] = [];

  add(item: Flushable): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push(item);
  }

  /** Releases it soon, by one timer for all. One that has let go by itself meanwhile does nothing then. */
  releaseSoon(item: Holding): void {
    if (this.#held.length === 0) this.#releaseLater(this.#held);
    this.#held.push(item);
  }

  /** Another list begins halfway, so that each is held for some time and none for long. */
  #releaseLater(held: readonly Holding[]): void {
    setTimeout(() => {
      if (this.#held === held) this.#held = [];
      setTimeout(() => held.forEach((item) => item.release()), holdMs);
    }, holdMs);
  }

  #flush(): void {
    // What is added while flushing belongs to the next turn.
    const items = this.#waiting;
    this.#waiting = [];
    for (const item of items) item.flush();
  }
}
