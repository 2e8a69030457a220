/** Why a call has ended before its answer. */
export type CutOff = "timeout" | "aborted";

/** The end of one call, whatever it waits for: one timer, and one listener on the signal of whoever asked. Both are gone when it is over. */
export class Deadline {
  readonly timeoutMs: number;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#end("aborted");
  #cutOff: CutOff | undefined;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.timeoutMs = timeoutMs;
    this.#timer = setTimeout(() => this.#end("timeout"), timeoutMs);
    this.#outer = outer;
    if (outer?.aborted === true) this.#onAbort();
    else outer?.addEventListener("abort", this.#onAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Undefined: it goes on. */
  get cutOff(): CutOff | undefined {
    return this.#cutOff;
  }

  over(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }

  #end(cutOff: CutOff): void {
    this.#cutOff ??= cutOff;
    this.#controller.abort();
  }
}
