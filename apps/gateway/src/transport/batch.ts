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
 * next is the one made last. `emptyBatch` keeps at most one message alive through it.
 */
export class Batch {
  readonly #parent: Batch | undefined;
  readonly #message: Buffer | undefined;
  /** Payload bytes of the frame, newlines included. */
  readonly bytes: number;
  #lastMessage: Buffer | undefined;
  #lastChild: Batch | undefined;
  #frame: Buffer | undefined;

  constructor(parent: Batch | undefined, message: Buffer | undefined) {
    this.#parent = parent;
    this.#message = message;
    const before = parent === undefined || parent.#message === undefined ? 0 : parent.bytes + 1;
    this.bytes = message === undefined ? 0 : before + message.length;
  }

  append(message: Buffer): Batch {
    if (this.#lastMessage === message && this.#lastChild !== undefined) return this.#lastChild;
    const child = new Batch(this, message);
    this.#lastMessage = message;
    this.#lastChild = child;
    return child;
  }

  /** One unmasked text frame of all messages joined by newlines (RFC 6455, section 5.2). Built once. */
  frame(): Buffer {
    this.#frame ??= this.#build();
    return this.#frame;
  }

  #build(): Buffer {
    const headerBytes = this.bytes < 126 ? 2 : this.bytes < 65_536 ? 4 : 10;
    const frame = Buffer.allocUnsafe(headerBytes + this.bytes);
    writeTextHeader(frame, this.bytes);
    let end = frame.length;
    for (const message of this.#newestFirst()) {
      end -= message.length;
      message.copy(frame, end);
      if (end > headerBytes) frame[--end] = newline;
    }
    return frame;
  }

  #newestFirst(): Buffer[] {
    const messages: Buffer[] = this.#message === undefined ? [] : [this.#message];
    for (let batch = this.#parent; batch !== undefined && batch.#message !== undefined; batch = batch.#parent) {
      messages.push(batch.#message);
    }
    return messages;
  }
}

export const emptyBatch = new Batch(undefined, undefined);

const newline = 0x0a;
const finalTextFrame = 0x81;

function writeTextHeader(frame: Buffer, payloadBytes: number): void {
  frame[0] = finalTextFrame;
  if (payloadBytes < 126) {
    frame[1] = payloadBytes;
  } else if (payloadBytes < 65_536) {
    frame[1] = 126;
    frame.writeUInt16BE(payloadBytes, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
}
