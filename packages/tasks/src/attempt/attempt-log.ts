import { cutText } from "@switchyard/runtime/cut-text";
import type { LogLine } from "../past-attempt.ts";

const linesMax = 100;
const lineMaxLength = 1_000;

/** What a handler says during one attempt: the last lines of it, and no more bytes than its settings allow. */
export class AttemptLog {
  readonly #maxBytes: number;
  #beganMs = performance.now();
  readonly #lines: LogLine[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Its handler is about to be called; a task may have waited for that. */
  begin(): void {
    this.#beganMs = performance.now();
  }

  /** Whatever a handler hands over. */
  readonly add = (line: unknown): void => {
    if (this.#maxBytes === 0) return;
    const text = cutText(typeof line === "string" ? line : String(line), lineMaxLength);
    this.#lines.push({ afterMs: this.ranMs(), text });
    this.#bytes += Buffer.byteLength(text);
    while (this.#bytes > this.#maxBytes || this.#lines.length > linesMax) {
      this.#bytes -= Buffer.byteLength(this.#lines.shift()?.text ?? "");
      this.#dropped += 1;
    }
  };

  ranMs(): number {
    return Math.round(performance.now() - this.#beganMs);
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  get dropped(): number {
    return this.#dropped;
  }
}
