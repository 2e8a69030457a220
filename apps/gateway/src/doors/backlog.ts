import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "../carriers/transport.ts";

/** What may wait behind a slow one before the client's socket is no longer read. */
const pauseAt = 64;

/** Milliseconds in which what was taken is still done when the line ends. */
const lastMs = 1_000;

/**
 * What one client asks, done one at a time in the order it came. A client that sends faster than it is served fills its own TCP
 * buffers instead of our memory.
 */
export class Backlog<Item> {
  readonly #run: (item: Item) => Promise<void>;
  readonly #flow: Pick<Transport, "pause" | "resume">;
  #waiting: Item[] = [];
  #isWorking = false;
  #onIdle: (() => void) | undefined;

  /** @param run must not reject */
  constructor(run: (item: Item) => Promise<void>, flow: Pick<Transport, "pause" | "resume">) {
    this.#run = run;
    this.#flow = flow;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    if (this.#waiting.length === pauseAt) this.#flow.pause();
  }

  /** Begins to run what is there, if that is not under way. */
  work(): void {
    if (!this.#isWorking && this.#waiting.length > 0) void this.#work();
  }

  /** Behind the one that runs. */
  get hasMore(): boolean {
    return this.#waiting.length > 0;
  }

  get isIdle(): boolean {
    return !this.#isWorking && this.#waiting.length === 0;
  }

  /** Resolves when everything is done that is there or comes; for one caller, when it takes nothing more. */
  idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((resolve) => (this.#onIdle = resolve));
  }

  /** The same, or when the time for it is over: what asks Redis may take longer than a client that says goodbye should wait. */
  async finish(): Promise<void> {
    this.work();
    if (!this.isIdle) await orLate(this.idle());
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
      if (this.#waiting.length === pauseAt - 1) this.#flow.resume();
      await this.#run(item);
    }
    this.#isWorking = false;
    // A list that was ever used keeps room for 17, and most connections ask for nothing after their beginning.
    this.#waiting = [];
    this.#onIdle?.();
  }
}

/** Resolves with it, or when the time is over in which what was taken is still done. */
export async function orLate(done: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = delay(lastMs, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([done, late]);
  timer.abort();
}
