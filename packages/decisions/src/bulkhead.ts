export interface BulkheadOptions {
  readonly inFlightMax: number;
  readonly waitingMax: number;
}

interface Waiter {
  readonly settle: (entry: Entry) => void;
}

/** A place; `overloaded`: there is none, and none will be soon; `aborted`: nobody wants it any more. */
export type Entry = "entered" | "overloaded" | "aborted";

/**
 * So many calls at a time, and so many that wait for their turn, for no longer than makes sense. What is beyond is told so at once: a slow
 * back end must not collect the hub's memory and its clients' patience.
 */
export class Bulkhead {
  readonly #options: BulkheadOptions;
  readonly #waiting = new Set<Waiter>();
  #inFlight = 0;

  constructor(options: BulkheadOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Who has entered must {@link leave}. */
  enter(waitMaxMs: number, signal?: AbortSignal): Entry | Promise<Entry> {
    if (signal?.aborted === true) return "aborted";
    if (this.#inFlight < this.#options.inFlightMax) {
      this.#inFlight++;
      return "entered";
    }
    return this.#waiting.size < this.#options.waitingMax ? this.#wait(waitMaxMs, signal) : "overloaded";
  }

  leave(): void {
    const [next] = this.#waiting;
    // The place goes from hand to hand, so nobody who comes now is before those who wait.
    if (next === undefined) this.#inFlight--;
    else next.settle("entered");
  }

  #wait(waitMaxMs: number, signal: AbortSignal | undefined): Promise<Entry> {
    const { promise, resolve } = Promise.withResolvers<Entry>();
    const onAbort = () => waiter.settle("aborted");
    const timer = setTimeout(() => waiter.settle("overloaded"), waitMaxMs);
    const waiter: Waiter = {
      settle: (entry) => {
        this.#waiting.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        resolve(entry);
      },
    };
    signal?.addEventListener("abort", onAbort);
    this.#waiting.add(waiter);
    return promise;
  }
}
