/** A line without its line break, or that it was longer than any may be; of those the ones that begin as a request of HTTP does. */
export type Line = Buffer | "too long" | "too long request";

const requestStart = /^[A-Z]+ (?:\/|https?:)/i;
const requestStartMaxBytes = 32;

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/**
 * Finds lines in what a stream brings, however it is cut: the next one each time it is asked, so that a piece with thousands of
 * lines is no list of thousands. It holds what has come of one line at most, and of one that is too long nothing: that it is
 * too long is told as soon as it is, once, and its rest is passed over.
 */
export class LineReader {
  readonly #maxBytes: number;
  #piece: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The beginning of a line whose end has not come; only `#heldBytes` of it count. */
  #held: Buffer = Buffer.alloc(0);
  #heldBytes = 0;
  #isPassingOver = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** To be called when `next` has nothing more. */
  give(piece: Buffer): void {
    this.#piece = piece;
    this.#at = 0;
  }

  /** The next line; undefined: its end has not come yet. */
  next(): Line | undefined {
    while (this.#at < this.#piece.length) {
      const end = this.#piece.indexOf(lineFeed, this.#at);
      const rest = this.#piece.subarray(this.#at, end === -1 ? undefined : end);
      this.#at += rest.length + (end === -1 ? 0 : 1);
      const wasPassingOver = this.#isPassingOver;
      if (end !== -1) this.#isPassingOver = false;
      if (wasPassingOver) continue;
      // A carriage return may stand behind the last byte a line can have.
      if (this.#heldBytes + rest.length > this.#maxBytes + 1) {
        this.#isPassingOver = end === -1;
        const start = [this.#held.subarray(0, this.#heldBytes), rest].map((part) =>
          part.subarray(0, requestStartMaxBytes),
        );
        this.#release();
        return tooLong(Buffer.concat(start));
      }
      if (end !== -1) return this.#complete(rest);
      this.#hold(rest);
    }
    return undefined;
  }

  /** The stream has ended. What stands behind the last line break is a line if it is anything. */
  end(): Line | undefined {
    return this.#heldBytes === 0 ? undefined : this.#complete(Buffer.alloc(0));
  }

  #complete(rest: Buffer): Line {
    const whole = this.#heldBytes === 0 ? rest : Buffer.concat([this.#held.subarray(0, this.#heldBytes), rest]);
    this.#release();
    const line = whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole;
    return line.length > this.#maxBytes ? tooLong(line) : line;
  }

  /** Doubles, for a peer may send a line byte by byte. */
  #hold(rest: Buffer): void {
    const bytes = this.#heldBytes + rest.length;
    if (bytes > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.min(bytes * 2, this.#maxBytes + 1));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    rest.copy(this.#held, this.#heldBytes);
    this.#heldBytes = bytes;
  }

  #release(): void {
    this.#held = Buffer.alloc(0);
    this.#heldBytes = 0;
  }
}

function tooLong(start: Buffer): Line {
  return requestStart.test(start.toString("latin1", 0, requestStartMaxBytes)) ? "too long request" : "too long";
}
