import { BinaryWriter } from "@bufbuild/protobuf/wire";

/** Puts the length before a message, as it stands in a frame of several. An empty one, a ping, becomes a single zero byte. */
export function delimitProtobuf(message: Uint8Array): Buffer {
  const { buffer, byteOffset, byteLength } = new BinaryWriter().bytes(message).finish();
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** A message's length alone, for carriers that write it beside the message instead of copying that. At most five bytes. */
export function varint(length: number): Buffer {
  const { buffer, byteOffset, byteLength } = new BinaryWriter().uint32(length).finish();
  return Buffer.from(buffer, byteOffset, byteLength);
}
