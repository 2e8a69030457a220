import { varint } from "@switchyard/protocol/protobuf/delimit";

/**
 * How messages become the bytes of a carrier: what stands before, between and behind them. A frame is
 *
 *     head · (lead · message · trail) · (lead · message · trail) … · tail
 *
 * and none of it depends on the connection, so connections with the same messages pending share the whole frame.
 */
export interface Framing {
  /** @param payloadBytes all that stands between head and tail */
  head(payloadBytes: number): Buffer;
  lead(message: Buffer, isFirst: boolean): Buffer;
  readonly trail: Buffer;
  readonly tail: Buffer;
  /** What is made of a whole frame, once; left out, it goes as it is. */
  readonly seal?: (frame: Buffer, payloadAt: number) => Buffer;
}

const nothing = Buffer.alloc(0);
const newline = Buffer.from("\n");
const dataField = Buffer.from("data: ");

/** Messages joined by newlines in one unmasked text frame (RFC 6455, section 5.2). */
export const webSocketText: Framing = {
  head: (payloadBytes) => webSocketHead(finalTextFrame, payloadBytes),
  lead: (_, isFirst) => (isFirst ? nothing : newline),
  trail: nothing,
  tail: nothing,
};

/** Messages each in an unmasked text frame of its own, for clients that know of no other bounds than a frame's. */
export const webSocketTexts: Framing = {
  head: () => nothing,
  lead: ({ length }) => webSocketHead(finalTextFrame, length),
  trail: nothing,
  tail: nothing,
};

/** Messages each behind their length, a varint, in one unmasked binary frame. */
export const webSocketBinary: Framing = {
  head: (payloadBytes) => webSocketHead(finalBinaryFrame, payloadBytes),
  lead: lengthOf,
  trail: nothing,
  tail: nothing,
};

/** Messages that are frames already, each one or several, or none at all: for a wire that has one message a frame. */
export const readyFrames: Framing = { head: () => nothing, lead: () => nothing, trail: nothing, tail: nothing };

/** A message as a text frame by itself, for {@link readyFrames}. */
export function webSocketTextFrame(message: Buffer): Buffer {
  return Buffer.concat([webSocketHead(finalTextFrame, message.length), message]);
}

function lengthOf({ length }: Buffer): Buffer {
  return length < lengths.length ? (lengths[length] ??= varint(length)) : varint(length);
}

/** Of all lengths of up to two bytes, made when they are needed: a message is asked for its own twice per frame. */
const lengths: (Buffer | undefined)[] = Array.from({ length: 16_384 });

/** Messages each as an event of an event stream, in one chunk. */
export const eventStream: Framing = chunk(() => dataField, "\n\n");

/** Messages each on a line of its own, in one chunk. */
export const lineStream: Framing = chunk(() => nothing, "\n");

/** Messages each behind their length, in one chunk. */
export const lengthStream: Framing = chunk(lengthOf, "");

/**
 * One chunk of a response of HTTP/1.1 (RFC 9112, section 7.1). Its head and tail are ours and not Node's, so that a chunk is
 * written as it is to everybody who gets the same.
 */
function chunk(lead: Framing["lead"], behind: string): Framing {
  return {
    head: (payloadBytes) => Buffer.from(`${payloadBytes.toString(16)}\r\n`),
    lead,
    trail: Buffer.from(behind),
    tail: Buffer.from("\r\n"),
  };
}

const finalTextFrame = 0x81;
const finalBinaryFrame = 0x82;

export function webSocketHead(firstByte: number, payloadBytes: number): Buffer {
  if (payloadBytes < 126) return Buffer.of(firstByte, payloadBytes);
  const head = Buffer.allocUnsafe(payloadBytes < 65_536 ? 4 : 10);
  head[0] = firstByte;
  if (payloadBytes < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(payloadBytes, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
  return head;
}
