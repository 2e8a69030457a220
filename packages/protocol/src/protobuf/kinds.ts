import { WireType } from "@bufbuild/protobuf/wire";
import type { Kind } from "./field.ts";

export const text: Kind<string> = {
  wire: WireType.LengthDelimited,
  zero: "",
  // Strict: text that is not UTF-8 would become replacement characters, and two channels one.
  read: (reader) => reader.string(true),
  write: (writer, value) => writer.string(value),
};

/** Decoded as a view of the frame, not a copy. */
export const bytes: Kind<Uint8Array> = {
  wire: WireType.LengthDelimited,
  zero: undefined,
  read: (reader) => reader.bytes(),
  write: (writer, value) => writer.bytes(value),
};

export const bool: Kind<boolean> = {
  wire: WireType.Varint,
  zero: false,
  read: (reader) => reader.bool(),
  write: (writer, value) => writer.bool(value),
};

export const uint32: Kind<number> = {
  wire: WireType.Varint,
  zero: 0,
  read: (reader) => reader.uint32(),
  write: (writer, value) => writer.uint32(value),
};

export const int32: Kind<number> = {
  wire: WireType.Varint,
  zero: 0,
  read: (reader) => reader.int32(),
  write: (writer, value) => writer.int32(value),
};

/** 64 bits on the wire, a number here: what a double cannot hold is refused, never rounded. */
export const uint64: Kind<number> = {
  wire: WireType.Varint,
  zero: 0,
  read: (reader) => exact(reader.uint64()),
  write: (writer, value) => writer.uint64(value),
};

export const int64: Kind<number> = { ...uint64, read: (reader) => exact(reader.int64()) };

function exact(value: bigint | string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is beyond 2^53`);
  return number;
}
