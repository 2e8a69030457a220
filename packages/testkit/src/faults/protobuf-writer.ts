/**
 * The wire of Protobuf by hand, so that what is written may be wrong: a library writes no field of another wire type, and no
 * length that lies.
 */

/** What stands behind a tag: its wire type, and bytes that fit it. */
export interface WireValue {
  readonly wire: number;
  readonly bytes: Buffer;
}

/** Of up to 64 bits; a negative one is written as its two's complement, in ten bytes. */
export function varint(value: bigint | number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

export function wireNumber(value: bigint | number): WireValue {
  return { wire: 0, bytes: varint(value) };
}

/** Texts, bytes and messages. */
export function wireBytes(content: string | Buffer): WireValue {
  return { wire: 2, bytes: delimited(Buffer.from(content)) };
}

export function wireField(number: number, { wire, bytes }: WireValue): Buffer {
  return Buffer.concat([varint((BigInt(number) << 3n) | BigInt(wire)), bytes]);
}

/** Behind its length, as a message stands in a frame. */
export function delimited(message: Buffer): Buffer {
  return Buffer.concat([varint(message.length), message]);
}
