/** Something with output to hand over at the end of the turn. */
export interface Flushable {
  flush(): void;
}

/**
 * Collects the outboxes that got something in this event-loop turn and flushes them at its end.
 *
 * One `setImmediate` per turn and process, not per connection: it runs right after the poll phase in which sockets were
 * read, so a lone message leaves in the turn it came in, while a burst read from Redis in one go leaves as one frame.
 */
export class TurnQueue {
  #waiting: Flushable[] = [];

  add(item: Flushable): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push(item);
  }

  #flush(): void {
    // What is added while flushing belongs to the next turn.
    const items = this.#waiting;
    this.#waiting = [];
    for (const item of items) item.flush();
  }
}
