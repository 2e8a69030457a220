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
  #pending: Progress | undefined;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextAtMs = 0;
  #finished = false;

  /** `send` must not reject. */
  constructor(send: (progress: Progress) => Promise<void>) {
    this.#send = send;
  }

  report(percent: number, message?: string): void {
    // An abandoned handler goes on talking; nobody listens any more.
    if (this.#finished || Number.isNaN(percent)) return;
    const bounded = Math.min(100, Math.max(0, percent));
    const text = message === undefined ? this.#pending?.message : cutText(String(message), messageMaxLength);
    this.#pending = text === undefined ? { percent: bounded } : { percent: bounded, message: text };
    this.#schedule();
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
