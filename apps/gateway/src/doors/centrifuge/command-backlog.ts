import type { Command } from "@switchyard/protocol/command";
import type { Transport } from "../../carriers/transport.ts";

/** Commands that may wait behind a slow one before the client's socket is no longer read. */
const pauseAt = 64;

/**
 * The commands of one session, run one at a time in the order they came. A client that sends faster than it is served fills its
 * own TCP buffers instead of our memory.
 */
export class CommandBacklog {
  readonly #run: (command: Command) => Promise<void>;
  readonly #flow: Pick<Transport, "pause" | "resume">;
  #waiting: Command[] = [];
  #isWorking = false;
  #onIdle: (() => void) | undefined;

  /** @param run must not reject */
  constructor(run: (command: Command) => Promise<void>, flow: Pick<Transport, "pause" | "resume">) {
    this.#run = run;
    this.#flow = flow;
  }

  add(command: Command): void {
    this.#waiting.push(command);
    if (this.#waiting.length === pauseAt) this.#flow.pause();
  }

  /** Begins to run what is there, if that is not under way. */
  work(): void {
    if (!this.#isWorking && this.#waiting.length > 0) void this.#work();
  }

  get isIdle(): boolean {
    return !this.#isWorking && this.#waiting.length === 0;
  }

  /** Resolves when everything is done that is there or comes; for one caller, when it takes nothing more. */
  idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((resolve) => (this.#onIdle = resolve));
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let command = this.#waiting.shift(); command !== undefined; command = this.#waiting.shift()) {
      if (this.#waiting.length === pauseAt - 1) this.#flow.resume();
      await this.#run(command);
    }
    this.#isWorking = false;
    // A list that was ever used keeps room for 17, and most connections ask for nothing after their beginning.
    this.#waiting = [];
    this.#onIdle?.();
  }
}
