/** What a {@link FrameCounter} reports. */
export interface FrameSink {
  /** One message, or the rest of one whose beginning came in earlier bytes, between `from` and `end`. */
  onMessage(bytes: Buffer, from: number, end: number): void;
  /** A message too short to be a publication inside a frame that has others: a heartbeat. */
  onShortLine(): void;
  /** A frame too short to be a publication, a control frame, or any frame while `keepAll` is set. */
  onFrame(opcode: number, payload: Buffer): void;
}

/**
 * What stands in a frame: one message, several a line each, or several each behind its length, a varint. `stream`: no frames, but
 * the chunks of a response, with a message a line; the lines around them are short, and count as heartbeats.
 */
export type FrameContent = "one" | "lines" | "lengths" | "stream";

/** A publication carries 100 bytes of data; heartbeats and close frames are shorter. */
const shortFrameMaxBytes = 32;

/**
 * Finds and counts messages in a server's byte stream (RFC 6455 §5.2, unmasked, no extensions) however the bytes are cut.
 * It copies nothing and makes no string: the client must be cheaper than any server it measures.
 */
export class FrameCounter {
  /** Set while the client still has to read what it is told (replies to its greeting). */
  keepAll = true;
  readonly #sink: FrameSink;
  readonly #holds: FrameContent;
  readonly #header = Buffer.alloc(10);
  #headerBytes = 0;
  #opcode = 0;
  /** Payload bytes of the current frame that have not come yet; negative between frames. */
  #left = -1;
  /** The current frame's payload as far as it has come, when it is kept and not counted. */
  #kept: Buffer[] | undefined;
  /** Bytes of the current line that came in earlier chunks. */
  #lineBytes = 0;
  /** Of the current message behind its length: its size as far as it is known, how many bits of that are, and what has not come yet. */
  #size = 0;
  #sizeBits = 0;
  #sizeLeft = 0;

  constructor(sink: FrameSink, options: { readonly holds: FrameContent }) {
    this.#sink = sink;
    this.#holds = options.holds;
  }

  read(chunk: Buffer, from: number, end: number): void {
    if (this.#holds === "stream") return this.#readStream(chunk, from, end);
    let at = from;
    while (at < end) {
      if (this.#left < 0) at = this.#readHeader(chunk, at, end);
      if (this.#left < 0) return;
      const stop = Math.min(end, at + this.#left);
      this.#left -= stop - at;
      if (this.#kept !== undefined) this.#keep(chunk, at, stop);
      else if (this.#holds === "lines") this.#countLines(chunk, at, stop);
      else if (this.#holds === "lengths") this.#countLengths(chunk, at, stop);
      else if (this.#left === 0) this.#sink.onMessage(chunk, at, stop);
      if (this.#left === 0) this.#left = -1;
      at = stop;
    }
  }

  #readStream(chunk: Buffer, from: number, end: number): void {
    this.#left = Infinity;
    if (this.keepAll) this.#sink.onFrame(1, chunk.subarray(from, end));
    else this.#countLines(chunk, from, end);
  }

  /** Takes header bytes until it is whole; leaves `#left` negative when it is not. Returns where the payload begins. */
  #readHeader(chunk: Buffer, from: number, end: number): number {
    let at = from;
    for (;;) {
      if (this.#headerBytes >= 2 && this.#headerBytes === this.#headerSize()) break;
      if (at === end) return at;
      this.#header[this.#headerBytes] = chunk[at] as number;
      this.#headerBytes += 1;
      at += 1;
    }
    const size = this.#headerBytes;
    this.#headerBytes = 0;
    this.#opcode = (this.#header[0] as number) & 0x0f;
    if (size === 2) this.#left = (this.#header[1] as number) & 0x7f;
    else this.#left = size === 4 ? this.#header.readUInt16BE(2) : Number(this.#header.readBigUInt64BE(2));
    const counted = !this.keepAll && this.#opcode <= 2 && this.#left > shortFrameMaxBytes;
    this.#kept = counted ? undefined : [];
    return at;
  }

  #headerSize(): number {
    const length = (this.#header[1] as number) & 0x7f;
    return length === 127 ? 10 : length === 126 ? 4 : 2;
  }

  #keep(chunk: Buffer, from: number, end: number): void {
    this.#kept?.push(Buffer.from(chunk.subarray(from, end)));
    if (this.#left > 0) return;
    const payload = Buffer.concat(this.#kept ?? []);
    this.#kept = undefined;
    this.#sink.onFrame(this.#opcode, payload);
  }

  #countLines(chunk: Buffer, from: number, end: number): void {
    let at = from;
    for (;;) {
      const found = chunk.indexOf(10, at);
      const newline = found === -1 || found >= end ? -1 : found;
      const stop = newline === -1 ? end : newline;
      this.#lineBytes += stop - at;
      if (newline === -1 && this.#left > 0) return;
      this.#endLine(chunk, at, stop);
      if (newline === -1) return;
      at = newline + 1;
    }
  }

  #countLengths(chunk: Buffer, from: number, end: number): void {
    let at = from;
    while (at < end) {
      if (this.#sizeLeft === 0) {
        const byte = chunk[at] as number;
        at += 1;
        this.#size |= (byte & 0x7f) << this.#sizeBits;
        this.#sizeBits += 7;
        if (byte > 0x7f) continue;
        this.#sizeLeft = this.#size;
      }
      const stop = Math.min(end, at + this.#sizeLeft);
      this.#sizeLeft -= stop - at;
      if (this.#sizeLeft === 0) {
        if (this.#size > shortFrameMaxBytes) this.#sink.onMessage(chunk, at, stop);
        else this.#sink.onShortLine();
        this.#size = 0;
        this.#sizeBits = 0;
      }
      at = stop;
    }
  }

  #endLine(chunk: Buffer, from: number, end: number): void {
    const lineBytes = this.#lineBytes;
    this.#lineBytes = 0;
    if (lineBytes > shortFrameMaxBytes) this.#sink.onMessage(chunk, from, end);
    else this.#sink.onShortLine();
  }
}
