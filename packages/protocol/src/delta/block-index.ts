/** How many bytes have to be equal for a copy to be looked at. Its command costs up to twelve. */
export const blockSize = 16;

/** How many places with the same hash are looked at: what is repeated more often is as well copied from one of these. */
const candidatesMax = 8;

/**
 * Where the blocks of a text stand, by a hash that can be rolled along another text. Every sixteenth place is entered, so whatever is equal
 * over 31 bytes contains one.
 */
export class BlockIndex {
  readonly #heads: Int32Array;
  /** Block by block the next one with the same hash, as its number and 1. */
  readonly #after: Int32Array;
  readonly #mask: number;

  constructor(text: Buffer) {
    const blocks = Math.floor(text.length / blockSize);
    const size = 2 ** Math.ceil(Math.log2(blocks + 1));
    this.#mask = size - 1;
    this.#heads = new Int32Array(size);
    this.#after = new Int32Array(blocks);
    // Backwards, so that the first one is found first: of a text that repeats itself, most is left behind it.
    for (let block = blocks - 1; block >= 0; block--) {
      const slot = slotOf(hashAt(text, block * blockSize), this.#mask);
      this.#after[block] = this.#heads[slot] as number;
      this.#heads[slot] = block + 1;
    }
  }

  /** Puts the places of blocks with this hash into `places`, the first ones first, and returns how many there are. */
  find(hash: number, places: Int32Array): number {
    let count = 0;
    let entry = this.#heads[slotOf(hash, this.#mask)] as number;
    while (entry !== 0 && count < candidatesMax) {
      places[count++] = (entry - 1) * blockSize;
      entry = this.#after[entry - 1] as number;
    }
    return count;
  }

  static places(): Int32Array {
    return new Int32Array(candidatesMax);
  }
}

const factor = 0x01000193;
/** What the byte that leaves has been multiplied with. */
const leaving = power(factor, blockSize - 1);

export function hashAt(text: Buffer, at: number): number {
  let hash = 0;
  for (let i = at; i < at + blockSize; i++) hash = (Math.imul(hash, factor) + (text[i] as number)) | 0;
  return hash;
}

/** The hash of the block `step` bytes further, from that of the block at `at`. */
export function moveHash(hash: number, text: Buffer, { at, step }: { at: number; step: number }): number {
  if (step > 1) return hashAt(text, at + step);
  const rest = (hash - Math.imul(text[at] as number, leaving)) | 0;
  return (Math.imul(rest, factor) + (text[at + blockSize] as number)) | 0;
}

function slotOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = Math.imul(result, base);
  return result;
}
