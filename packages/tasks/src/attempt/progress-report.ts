import { cutText } from "@switchyard/runtime/cut-text";

/** What a handler last said about its progress. */
export interface Progress {
  readonly percent: number;
  readonly message?: string;
}

const everyMs = 100;
const messageMaxLength = 500;

/**
 * Turns any number of `progress()` calls into at most one write per 100 ms, never two at a time. The first is sent at once,
 * those between are superseded, and the last is never lost: what has not been sent when the attempt ends is handed out by
 * {@link finish}, to travel with the end itself.
 */
export class ProgressReport {
  readonly #send: (progress: Progress) => Promise<void>;
  readonly #onProblem: (problem: string) => void;
  #isProblemTold = false;
  #pending: Progress | undefined;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextAtMs = 0;
  #finished = false;

  /** `send` must not reject. `onProblem` is told once why texts are left out. */
  constructor(send: (progress: Progress) => Promise<void>, onProblem: (problem: string) => void = () => undefined) {
    this.#send = send;
    this.#onProblem = onProblem;
  }

  report(percent: number, message?: string): void {
    // An abandoned handler goes on talking; nobody listens any more.
    if (this.#finished || Number.isNaN(percent)) return;
    const bounded = Math.min(100, Math.max(0, percent));
    const text = this.#textOf(message);
    this.#pending = text === undefined ? { percent: bounded } : { percent: bounded, message: text };
    this.#schedule();
  }

  /** What is not Unicode is not stored, and work is not failed for a line that people read while they wait. */
  #textOf(message: string | undefined): string | undefined {
    const text = message === undefined ? undefined : String(message);
    if (text?.isWellFormed() === true) return cutText(text, messageMaxLength);
    if (text !== undefined && !this.#isProblemTold) {
      this.#isProblemTold = true;
      this.#onProblem("its message holds half a surrogate pair, which is not Unicode; cut texts between characters");
    }
    return this.#pending?.message;
  }

  /** Waits for the write under way and returns what was not sent any more. */
  async finish(): Promise<Progress | undefined> {
    this.#finished = true;
    clearTimeout(this.#timer);
    await this.#sending;
    return this.#pending;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#sending !== undefined) return;
    const waitMs = this.#nextAtMs - performance.now();
    if (waitMs <= 0) this.#flush();
    else this.#timer = setTimeout(() => this.#flush(), waitMs);
  }

  #flush(): void {
    this.#timer = undefined;
    const progress = this.#pending;
    if (progress === undefined) return;
    this.#pending = undefined;
    this.#nextAtMs = performance.now() + everyMs;
    this.#sending = this.#send(progress).then(() => {
      this.#sending = undefined;
      if (this.#pending !== undefined && !this.#finished) this.#schedule();
    });
  }
}
