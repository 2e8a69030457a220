/** The text form of deltas of Fossil SCM, which all SDKs read: a size, copies and inserts, a checksum. */

const digits = Buffer.from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
const command = { copy: 0x40, copyEnd: 0x2c, insert: 0x3a, end: 0x3b, sizeEnd: 0x0a };

/** A number of 53 bits, and the sign behind it. */
const numberMax = 10;

/**
 * Writes a delta piece by piece, into no more room than the text itself takes: a longer delta is of no use, so `isFull` then says that
 * it was given up.
 */
export class FossilWriter {
  readonly #next: Buffer;
  readonly #delta: Buffer;
  #length = 0;
  isFull = false;

  constructor(next: Buffer) {
    this.#next = next;
    this.#delta = Buffer.allocUnsafe(next.length);
    this.#number(next.length, command.sizeEnd);
  }

  /** `count` bytes of the text before, from `offset` on. */
  copy(count: number, offset: number): void {
    this.#number(count, command.copy);
    this.#number(offset, command.copyEnd);
  }

  /** A part of the new text itself. */
  insert(from: number, to: number): void {
    if (from === to) return;
    this.#number(to - from, command.insert);
    this.isFull ||= this.#length + to - from > this.#delta.length;
    if (!this.isFull) this.#length += this.#next.copy(this.#delta, this.#length, from, to);
  }

  /** Undefined where it is no shorter than the text. */
  finish(): Buffer | undefined {
    this.#number(checksum(this.#next), command.end);
    if (this.isFull || this.#length >= this.#next.length) return undefined;
    // A copy: the room that was not needed should not live as long as the delta.
    return Buffer.from(this.#delta.subarray(0, this.#length));
  }

  #number(value: number, behind: number): void {
    this.isFull ||= this.#length + numberMax > this.#delta.length;
    if (this.isFull) return;
    let places = 1;
    for (let rest = value; rest >= 64; rest = Math.floor(rest / 64)) places++;
    let rest = value;
    for (let at = this.#length + places - 1; at >= this.#length; at--) {
      this.#delta[at] = digits[rest % 64] as number;
      rest = Math.floor(rest / 64);
    }
    this.#length += places;
    this.#delta[this.#length++] = behind;
  }
}

/** The sum of all words of four bytes, big-endian, the last one filled up with zeros. */
function checksum(text: Buffer): number {
  const whole = text.length - (text.length % 4);
  let sum = 0;
  for (let at = 0; at < whole; at += 4) sum = (sum + text.readInt32BE(at)) | 0;
  const last = Buffer.alloc(4);
  text.copy(last, 0, whole);
  return (sum + last.readInt32BE(0)) >>> 0;
}
