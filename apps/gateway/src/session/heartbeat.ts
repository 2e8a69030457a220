/** Somebody who can be pinged and judged. */
export interface Pingable {
  ping(): void;
  /** The pong deadline of the last ping has passed; ends the connection when no pong came. */
  checkAlive(): void;
}

/** Pings are spread over this many steps of the interval, so that a mass reconnect does not ping in step for ever. */
const steps = 25;

/**
 * Pings every session once per interval, with one timer for the whole process.
 *
 * Each session belongs to a random step; the clock walks the steps, pings the step it is at, and looks at those it pinged a
 * pong timeout ago. A timer per session would do the same at two timers and two closures per connection.
 */
export class Heartbeat {
  readonly #rings: Set<Pingable>[] = Array.from({ length: steps }, () => new Set());
  readonly #stepMs: number;
  readonly #pongSteps: number;
  #at = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param pongTimeoutMs less than the interval, so that at most one ping is outstanding */
  constructor({ pingIntervalMs, pongTimeoutMs }: { pingIntervalMs: number; pongTimeoutMs: number }) {
    this.#stepMs = pingIntervalMs / steps;
    this.#pongSteps = Math.min(steps - 1, Math.ceil(pongTimeoutMs / this.#stepMs));
  }

  start(): void {
    this.#timer = setInterval(() => this.#step(), this.#stepMs);
  }

  add(session: Pingable): void {
    this.#rings[Math.floor(Math.random() * steps)]?.add(session);
  }

  /** One that was never added, too. Looks through all steps: to remember its own would cost every idle connection more. */
  delete(session: Pingable): void {
    for (const ring of this.#rings) ring.delete(session);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #step(): void {
    this.#at = (this.#at + 1) % steps;
    // Look before the ping: the answer to this step's ping cannot be there yet.
    for (const session of this.#rings[(this.#at - this.#pongSteps + steps) % steps] ?? []) session.checkAlive();
    for (const session of this.#rings[this.#at] ?? []) session.ping();
  }
}
