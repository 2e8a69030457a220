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
}

const nothing = Buffer.alloc(0);
const newline = Buffer.from("\n");

/** Messages joined by newlines in one unmasked text frame (RFC 6455, section 5.2). */
export const webSocketText: Framing = {
  head: (payloadBytes) => webSocketHead(finalTextFrame, payloadBytes),
  lead: (_, isFirst) => (isFirst ? nothing : newline),
  trail: nothing,
  tail: nothing,
};

const finalTextFrame = 0x81;

function webSocketHead(firstByte: number, payloadBytes: number): Buffer {
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
