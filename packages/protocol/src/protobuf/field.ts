import type { WireType, BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

/** How values of one kind stand on the wire. Methods, not functions, so that a kind of anything fits where any kind is meant. */
export interface Kind<T> {
  readonly wire: WireType;
  /** The value that is not written; messages have none, an empty one says that it is there. */
  readonly zero: T | undefined;
  read(reader: BinaryReader, depth: number): T;
  write(writer: BinaryWriter, value: T): void;
}

export type Presence = "maybe" | "always";

/** A place in a message: a number, and what stands there, once or several times. */
export interface Field<T, P extends Presence = "maybe"> {
  readonly number: number;
  readonly wire: WireType;
  readonly presence: P;
  readonly zero: T | undefined;
  /** One occurrence; `before` is what those before it have come to. */
  read(reader: BinaryReader, context: { readonly before: unknown; readonly depth: number }): T;
  write(writer: BinaryWriter, value: T): void;
}

/** A field that is left out when it is zero. The last occurrence stands. */
export function one<T>(number: number, kind: Kind<T>): Field<T> {
  return {
    number,
    wire: kind.wire,
    presence: "maybe",
    zero: kind.zero,
    read: (reader, { depth }) => kind.read(reader, depth),
    write(writer, value) {
      if (value === kind.zero) return;
      writer.tag(number, kind.wire);
      kind.write(writer, value);
    },
  };
}

/** The same, decoded as its zero when it was left out: what the JSON form demands, and Protobuf cannot tell from an empty one. */
export function always<T>(number: number, kind: Kind<T>): Field<T, "always"> {
  return { ...one(number, kind), presence: "always" };
}

export function many<T>(number: number, kind: Kind<T>): Field<readonly T[]> {
  const { wire } = kind;
  return {
    number,
    wire,
    presence: "maybe",
    zero: undefined,
    read(reader, { before, depth }) {
      // The list is this decoder's own until the message is whole; copying it each time would be quadratic.
      const list = (before ?? []) as T[];
      list.push(kind.read(reader, depth));
      return list;
    },
    write(writer, list) {
      for (const value of list) {
        writer.tag(number, wire);
        kind.write(writer, value);
      }
    },
  };
}
