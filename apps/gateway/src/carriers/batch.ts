import type { Framing } from "./framing.ts";

/**
 * The messages that wait for one connection within a turn, as an immutable chain: a batch is its parent plus one message.
 *
 * Why a chain. In a turn in which a channel gets 16 publications, its 1 000 subscribers all append the same 16 Buffers in
 * the same order. Each batch remembers the last child it was extended to, so the second subscriber that appends the same
 * message to the same batch gets the very same child, and the frame it becomes is built once and shared by all 1 000. No
 * comparison of contents, no grouping pass: sharing falls out of object identity. A subscriber with something of its own
 * pending simply walks its own branch.
 *
 * The memo holds one child and not a map: fan-out loops over subscribers for one message at a time, so the child wanted
 * next is the one made last. An empty batch keeps at most one message alive through it.
 *
 * All of a chain is of one {@link Framing}: it begins with {@link emptyBatch} of that, which connections of a carrier share.
 */
export class Batch {
  readonly #framing: Framing;
  readonly #parent: Batch | undefined;
  readonly #message: Buffer;
  /** What stands between head and tail of the frame. */
  readonly bytes: number;
  #lastMessage: Buffer | undefined;
  #lastChild: Batch | undefined;
  #frame: Buffer | undefined;

  constructor(framing: Framing, parent?: Batch, message: Buffer = noMessage) {
    this.#framing = framing;
    this.#parent = parent;
    this.#message = message;
    this.bytes =
      parent === undefined
        ? 0
        : parent.bytes + framing.lead(message, parent.isEmpty).length + message.length + framing.trail.length;
  }

  get isEmpty(): boolean {
    return this.#parent === undefined;
  }

  append(message: Buffer): Batch {
    if (this.#lastMessage === message && this.#lastChild !== undefined) return this.#lastChild;
    const child = new Batch(this.#framing, this, message);
    this.#lastMessage = message;
    this.#lastChild = child;
    return child;
  }

  /** All messages as one frame. Built once. */
  frame(): Buffer {
    this.#frame ??= Batch.#build(this);
    return this.#frame;
  }

  /** From the end, because a batch knows what came before it and not what comes next. */
  static #build(last: Batch): Buffer {
    const framing = last.#framing;
    const head = framing.head(last.bytes);
    const frame = Buffer.allocUnsafe(head.length + last.bytes + framing.tail.length);
    let end = frame.length;
    const put = (bytes: Buffer) => void (end -= bytes.copy(frame, end - bytes.length));
    put(framing.tail);
    let batch = last;
    for (let parent = batch.#parent; parent !== undefined; parent = batch.#parent) {
      put(framing.trail);
      put(batch.#message);
      put(framing.lead(batch.#message, parent.isEmpty));
      batch = parent;
    }
    put(head);
    return framing.seal === undefined ? frame : framing.seal(frame, head.length);
  }
}

const noMessage = Buffer.alloc(0);

/** Where connections with nothing pending begin; one per framing and process, or they would share nothing. */
export function emptyBatch(framing: Framing): Batch {
  return new Batch(framing);
}
