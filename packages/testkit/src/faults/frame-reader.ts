/** One frame as it lay on the wire (RFC 6455, section 5.2), unmasked. */
export interface WireFrame {
  readonly opcode: number;
  readonly isFinal: boolean;
  /** RSV1 to RSV3 as the bits 4, 2 and 1. */
  readonly reserved: number;
  readonly payload: Buffer;
}

/** Cuts a stream of bytes into frames, whatever pieces it comes in; it judges nothing but where a frame ends. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Bytes there must be before anything more can be said. */
  #wanted = 2;

  /** The frames that are whole now. */
  push(chunk: Buffer): WireFrame[] {
    this.#pieces.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#wanted) return [];
    let rest: Buffer = Buffer.concat(this.#pieces);
    const frames: WireFrame[] = [];
    for (;;) {
      const end = frameBytes(rest);
      this.#wanted = end;
      if (rest.length < end) break;
      frames.push(parseFrame(rest.subarray(0, end)));
      rest = rest.subarray(end);
    }
    this.#pieces = [rest];
    this.#bytes = rest.length;
    return frames;
  }

  /** Bytes of a frame that is not whole. */
  get pendingBytes(): number {
    return this.#bytes;
  }
}

/** Where the frame at the beginning ends, or what is needed to know. */
function frameBytes(bytes: Buffer): number {
  if (bytes.length < 2) return 2;
  const { headerBytes, maskBytes } = headerOf(bytes);
  if (bytes.length < headerBytes) return headerBytes;
  return headerBytes + maskBytes + payloadBytes(bytes);
}

function headerOf(bytes: Buffer): { headerBytes: number; maskBytes: number } {
  const second = bytes[1] ?? 0;
  const length = second & 0x7f;
  return { headerBytes: length === 126 ? 4 : length === 127 ? 10 : 2, maskBytes: second & 0x80 ? 4 : 0 };
}

function payloadBytes(bytes: Buffer): number {
  const length = (bytes[1] ?? 0) & 0x7f;
  if (length === 126) return bytes.readUInt16BE(2);
  return length === 127 ? Number(bytes.readBigUInt64BE(2)) : length;
}

function parseFrame(bytes: Buffer): WireFrame {
  const first = bytes[0] ?? 0;
  const { headerBytes, maskBytes } = headerOf(bytes);
  const mask = bytes.subarray(headerBytes, headerBytes + maskBytes);
  const payload = Buffer.from(bytes.subarray(headerBytes + maskBytes));
  if (maskBytes > 0) for (let index = 0; index < payload.length; index++) payload[index]! ^= mask[index % 4]!;
  return { opcode: first & 0x0f, isFinal: (first & 0x80) !== 0, reserved: (first >> 4) & 7, payload };
}
