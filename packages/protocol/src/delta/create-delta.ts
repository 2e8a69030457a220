import { BlockIndex, blockSize, hashAt, moveHash } from "./block-index.ts";
import { FossilWriter } from "./fossil-format.ts";

/**
 * What turns one text into the next, in Fossil's delta format; undefined when that is not shorter than the next text itself.
 *
 * Where the next text is UTF-8, every piece of the delta begins and ends between its characters: in JSON the delta is itself a text, and
 * half a character would not survive. Other bytes are taken as they come.
 *
 * The time is bounded by the lengths of both, whatever they hold: a place has few candidates, and what is compared beyond a block is
 * copied and not looked at again.
 */
export function createDelta(previous: Buffer, next: Buffer): Buffer | undefined {
  const head = characterBoundary(next, commonHead(previous, next), -1);
  const tail = next.length - characterBoundary(next, next.length - commonTail(previous, next, head), 1);
  const middle = { from: head, to: next.length - tail };
  const delta = new FossilWriter(next);
  if (head > 0) delta.copy(head, 0);
  findCopies({ previous, next, middle, delta });
  if (tail > 0) delta.copy(tail, previous.length - tail);
  return delta.finish();
}

interface Search {
  readonly previous: Buffer;
  readonly next: Buffer;
  /** The part of `next` that is neither its common beginning nor its common end. */
  readonly middle: { readonly from: number; readonly to: number };
  readonly delta: FossilWriter;
}

/** A copy shorter than this is not worth its command and that of the insert it ends. */
const copyMin = blockSize + 4;
/** A candidate as long as this is taken without looking for a longer one. */
const longEnough = 256;
/** After 2^8 places without a match every second one is looked at, and so on: text that is new goes by quickly. */
const patience = 8;

/** Writes the middle. */
function findCopies({ previous, next, middle, delta }: Search): void {
  let written = middle.from;
  let at = middle.from;
  const lastBlock = middle.to - blockSize;
  const index = lastBlock >= at && previous.length >= blockSize ? new BlockIndex(previous) : undefined;
  const places = BlockIndex.places();
  let hash = index && hashAt(next, at);
  let misses = 0;
  while (index !== undefined && hash !== undefined && !delta.isFull) {
    const count = index.find(hash, places);
    const match = longestMatch({ previous, next, from: written, at, to: middle.to, places, count });
    if (match === undefined) {
      const step = 1 + (misses++ >> patience);
      hash = at + step > lastBlock ? undefined : moveHash(hash, next, { at, step });
      at += step;
      continue;
    }
    delta.insert(written, match.from);
    delta.copy(match.to - match.from, match.offset);
    written = match.to;
    at = written;
    misses = 0;
    hash = at > lastBlock ? undefined : hashAt(next, at);
  }
  delta.insert(written, middle.to);
}

interface Candidates {
  readonly previous: Buffer;
  readonly next: Buffer;
  /** A match may begin before `at`, but not before this. */
  readonly from: number;
  readonly at: number;
  readonly to: number;
  readonly places: Int32Array;
  readonly count: number;
}

interface Match {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

function longestMatch({ previous, next, from, at, to, places, count }: Candidates): Match | undefined {
  let best: Match | undefined;
  for (let i = 0; i < count; i++) {
    const place = places[i] as number;
    let after = 0;
    const afterMax = Math.min(to - at, previous.length - place);
    while (after < afterMax && next[at + after] === previous[place + after]) after++;
    if (after < blockSize) continue;
    let before = 0;
    const beforeMax = Math.min(at - from, place);
    while (before < beforeMax && next[at - before - 1] === previous[place - before - 1]) before++;
    const begin = characterBoundary(next, at - before, 1);
    const end = characterBoundary(next, at + after, -1);
    if (end - begin < Math.max(copyMin, best === undefined ? 0 : best.to - best.from + 1)) continue;
    best = { from: begin, to: end, offset: place + begin - at };
    if (end - begin >= longEnough) break;
  }
  return best;
}

function commonHead(a: Buffer, b: Buffer): number {
  const max = Math.min(a.length, b.length);
  let length = 0;
  while (length < max && a[length] === b[length]) length++;
  return length;
}

/** Not reaching into a beginning of that length, of either. */
function commonTail(a: Buffer, b: Buffer, head: number): number {
  const max = Math.min(a.length, b.length) - head;
  let length = 0;
  while (length < max && a[a.length - length - 1] === b[b.length - length - 1]) length++;
  return length;
}

/** The nearest place between two characters in that direction. In UTF-8 it is at most three bytes away; else the place itself. */
function characterBoundary(text: Buffer, at: number, step: 1 | -1): number {
  for (let i = 0; i < 4; i++) {
    const place = at + i * step;
    if (place <= 0 || place >= text.length || ((text[place] as number) & 0xc0) !== 0x80) return place;
  }
  return at;
}
