import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Field, Kind, Presence } from "./field.ts";

/**
 * Protobuf messages stated as TypeScript: a table of names, numbers and kinds is the type, the decoder and the encoder. The library does
 * the wire (varints, lengths, UTF-8, bounds); nothing is generated, so nothing has to be built before it runs (docs/decisions/0007).
 *
 * On the wire, a field that was left out and one that is zero look the same. A decoded message does not have such a field, like the JSON
 * form of the protocol, unless it is declared to be `always` there.
 */
export interface Message<T> extends Kind<T> {
  /** @throws an Error of any class where the bytes are no such message */
  decode(bytes: Uint8Array, depth?: number): T;
  /** The message without its length: what stands before it is the carrier's business. */
  encode(value: T): Buffer;
}

type Fields = Readonly<Record<string, Field<unknown, Presence>>>;
type Named<F, P> = {
  [K in keyof F]: F[K] extends Field<infer _, infer Q> ? (Q extends P ? K : never) : never;
}[keyof F];
type Value<F> = F extends Field<infer T, Presence> ? T : never;

/** What a message of these fields holds. */
export type MessageOf<F> = { readonly [K in Named<F, "always">]: Value<F[K]> } & {
  readonly [K in Named<F, "maybe">]?: Value<F[K]>;
};

/** Filters nest, and each level costs a call. None that would be accepted is as deep as this. */
const depthMax = 64;

export function message<const F extends Fields>(fields: F): Message<MessageOf<F>> {
  const entries = Object.entries(fields).map(([name, field]) => ({ name, field }));
  const byNumber = new Map(entries.map((entry) => [entry.field.number, entry]));
  const always = entries.filter(({ field }) => field.presence === "always");

  function decode(bytes: Uint8Array, depth = 0): MessageOf<F> {
    if (depth > depthMax) throw new Error(`nested deeper than ${depthMax} messages`);
    const reader = new BinaryReader(bytes);
    const values: Record<string, unknown> = {};
    for (const { name, field } of always) values[name] = field.zero;
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      const known = byNumber.get(number);
      if (known === undefined) {
        reader.skip(wire, number);
        continue;
      }
      const { name, field } = known;
      if (wire !== field.wire) throw new Error(`${name} is of wire type ${wire}`);
      values[name] = field.read(reader, { before: values[name], depth });
    }
    return values as MessageOf<F>;
  }

  function write(writer: BinaryWriter, value: MessageOf<F>): void {
    for (const { name, field } of entries) {
      const content = (value as Record<string, unknown>)[name];
      if (content !== undefined) field.write(writer, content);
    }
  }

  return {
    wire: WireType.LengthDelimited,
    zero: undefined,
    decode,
    encode(value) {
      const writer = new BinaryWriter();
      write(writer, value);
      const { buffer, byteOffset, byteLength } = writer.finish();
      return Buffer.from(buffer, byteOffset, byteLength);
    },
    read: (reader, depth) => decode(reader.bytes(), depth + 1),
    write(writer, value) {
      writer.fork();
      write(writer, value);
      writer.join();
    },
  };
}
