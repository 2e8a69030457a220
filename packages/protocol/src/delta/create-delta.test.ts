import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonSdk, protobufSdk } from "../testing/sdk-codecs.ts";
import { createDelta } from "./create-delta.ts";

const json = jsonSdk();
const protobuf = protobufSdk();
const fatal = new TextDecoder("utf-8", { fatal: true });

/** The delta of two texts of JSON, applied by the SDK the way it travels in JSON: as a text. */
function expectJsonToFollow(previous: string, next: string): number {
  const delta = createDelta(Buffer.from(previous), Buffer.from(next));
  if (delta === undefined) return Buffer.byteLength(next);
  const data = fatal.decode(delta);
  const { newPrevValue } = json.applyDeltaIfNeeded({ delta: true, data }, Buffer.from(previous));
  expect(Buffer.from(newPrevValue).toString()).toBe(next);
  expect(delta.length).toBeLessThan(Buffer.byteLength(next));
  expectWholePieces(delta.toString());
  return delta.length;
}

/** Each insert is well-formed by itself, since a decoder may make a text of it before it puts them together. */
function expectWholePieces(delta: string): void {
  const bytes = Buffer.from(delta);
  for (let at = bytes.indexOf(0x0a) + 1; at < bytes.length;) {
    const [, count = "", command] = /^([0-9A-Z_a-z~]+)([@:;])/.exec(bytes.toString("latin1", at)) ?? [];
    at += count.length + 1;
    if (command === "@") at = bytes.indexOf(0x2c, at) + 1;
    else if (command === ":") {
      const size = numberOf(count);
      expect(() => fatal.decode(bytes.subarray(at, at + size))).not.toThrow();
      at += size;
    } else return;
  }
}

function numberOf(count: string): number {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
  return Array.from(count).reduce((sum, digit) => sum * 64 + digits.indexOf(digit), 0);
}

const alphabets = ["абвгдежзик ", "北京上海天气好吗", "👍🏽🎉🇷🇺👨‍👩‍👧", "abc", "éàüß", "\u0800\uffff\u{10ffff}"];
const word = fc
  .constantFrom(...alphabets)
  .chain((letters) => fc.string({ unit: fc.constantFrom(...Array.from(letters)), maxLength: 40 }));
const words = fc.array(word, { maxLength: 12 });

/** A document, and what it becomes by edits: pieces removed, put in, moved. */
const edited = fc
  .tuple(words, fc.array(fc.tuple(fc.nat(), fc.nat(3), word), { maxLength: 4 }))
  .map(([before, edits]) => {
    const after = [...before];
    for (const [at, removed, put] of edits) after.splice(at % (after.length + 1), removed, put);
    return [before, after].map((parts) => JSON.stringify({ text: parts.join(" "), parts })) as [string, string];
  });

test("an SDK makes of previous text and delta exactly the next text, in any script", () => {
  let made = 0;
  fc.assert(
    fc.property(edited, ([previous, next]) => {
      if (expectJsonToFollow(previous, next) < Buffer.byteLength(next)) made++;
    }),
    { numRuns: 3_000 },
  );
  expect(made).toBeGreaterThan(1_000);
});

test("letters that share their first or last bytes are never cut", () => {
  const letter = fc.constantFrom("а", "р", "ѐ", "京", "亭", "人", "😀", "😁", "🙀", "\u{1f000}");
  const text = fc.array(letter, { minLength: 20, maxLength: 60 });
  fc.assert(
    fc.property(text, fc.nat(), letter, (letters, at, other) => {
      const next = letters.with(at % letters.length, other);
      expectJsonToFollow(JSON.stringify(letters.join("")), JSON.stringify(next.join("")));
    }),
    { numRuns: 3_000 },
  );
});

test("bytes that are no text come out as they were", () => {
  const chunk = fc.uint8Array({ minLength: 30, maxLength: 80 });
  const bytes = fc.tuple(chunk, chunk, chunk, fc.uint8Array({ maxLength: 8 }));
  let made = 0;
  fc.assert(
    fc.property(bytes, ([a, b, c, change]) => {
      const previous = Buffer.concat([a, b, c]);
      const next = Buffer.concat([c, change, b, a, change]);
      const delta = createDelta(previous, next);
      if (delta === undefined) return;
      made++;
      const { newData } = protobuf.applyDeltaIfNeeded({ delta: true, data: delta }, previous);
      expect(Buffer.from(newData as Uint8Array)).toEqual(next);
    }),
  );
  expect(made).toBeGreaterThan(50);
});

test("a small change of a large document is a small delta, also where a part has moved", () => {
  const records = Array.from({ length: 500 }, (_, id) => ({ id, name: `Запись номер ${id}`, price: id * 7.25 }));
  const before = JSON.stringify(records);
  const changed = JSON.stringify(records.with(250, { id: 250, name: "другое", price: 1 }));
  const moved = JSON.stringify([...records.slice(200), ...records.slice(0, 200)]);
  expect(expectJsonToFollow(before, changed)).toBeLessThan(100);
  expect(expectJsonToFollow(before, moved)).toBeLessThan(200);
});

test.each([
  ["nothing before", "", "text"],
  ["nothing after", "text", ""],
  ["nothing at all", "", ""],
  ["nothing in common", "a".repeat(200), "b".repeat(200)],
  ["a text shorter than any delta", "abc", "abd"],
])("there is no delta for %s", (_, previous, next) => {
  expect(createDelta(Buffer.from(previous), Buffer.from(next))).toBeUndefined();
});

test("the same text again is a delta of a few bytes", () => {
  expect(expectJsonToFollow('{"a":"北京北京北京北京北京"}', '{"a":"北京北京北京北京北京"}')).toBeLessThan(20);
});

const million = 1_000_000;
const noise = (seed: number) => {
  let state = seed;
  return Buffer.from(
    Uint8Array.from({ length: million }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
      return 0x20 + ((state >>> 16) % 90);
    }),
  );
};

// Compared with a copy of the same bytes in JavaScript, so that a busy machine does not decide. A search that is quadratic takes
// thousands of times as long.
test.each([
  ["unlike each other", noise(1), noise(2)],
  ["one letter, broken now and then", Buffer.alloc(million, "a"), Buffer.alloc(million, `${"a".repeat(999)}b`)],
  ["two rhythms of the same letters", Buffer.alloc(million, "ab"), Buffer.alloc(million, `${"ab".repeat(40)}a`)],
  [
    "blocks that are equal but for their ends",
    Buffer.alloc(million, `${"x".repeat(17)}y`),
    Buffer.alloc(million, `${"x".repeat(18)}z`),
  ],
  [
    "continuation bytes alone",
    Buffer.alloc(million, 0x80),
    Buffer.concat([Buffer.of(1), Buffer.alloc(million, 0x80), Buffer.of(2)]),
  ],
])("a megabyte is compared in linear time when the texts are %s", (_, previous, next) => {
  const copied = timeOf(() => copyByteByByte(next));
  expect(timeOf(() => createDelta(previous, next))).toBeLessThan(150 * Math.max(copied, 0.5));
});

function timeOf(work: () => unknown): number {
  const times = [0, 1, 2].map(() => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}

function copyByteByByte(bytes: Buffer): Buffer {
  const copy = Buffer.alloc(bytes.length);
  for (let i = 0; i < bytes.length; i++) copy[i] = bytes[i] as number;
  return copy;
}
