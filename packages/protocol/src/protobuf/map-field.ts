import type { Field, Kind } from "./field.ts";
import { many, one } from "./field.ts";
import { text } from "./kinds.ts";
import { message } from "./message.ts";

/** Texts with a value each: on the wire a message per entry, in which the value of a key that came twice is the last one. */
export function mapped<T>(number: number, kind: Kind<T>): Field<ReadonlyMap<string, T>> {
  const entry = message({ key: one(1, text), value: one(2, kind) });
  const entries = many(number, entry);
  return {
    ...entries,
    zero: undefined,
    read(reader, { before, depth }) {
      const map = (before ?? new Map()) as Map<string, T>;
      const { key = "", value = valueOfNothing(kind) } = entry.read(reader, depth);
      map.set(key, value);
      return map;
    },
    write(writer, map) {
      entries.write(
        writer,
        Array.from(map, ([key, value]) => ({ key, value })),
      );
    },
  };
}

/** An entry without a value holds the kind's zero; of a message, the empty one. */
function valueOfNothing<T>(kind: Kind<T>): T {
  return kind.zero ?? ({} as T);
}
