import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readLines } from "./read-lines.ts";

type Line = [text: string, isCut: boolean];

async function linesOf(chunks: readonly Uint8Array[], maxBytes = 1_048_576): Promise<Line[]> {
  const stream = new PassThrough();
  const lines: Line[] = [];
  readLines(stream, { maxBytes, onLine: ({ text, isCut }) => void lines.push([text, isCut]) });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  return lines;
}

function cutInto(bytes: Uint8Array, sizes: Iterator<number>): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const size = Number(sizes.next().value);
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return chunks;
}

const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 5 }));

test("lines arrive whole however the bytes were cut, and empty ones are left out", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "語", "🚉", " ", "\n", "\r\n", "\r") });
  await fc.assert(
    fc.asyncProperty(text, sizes, async (written, cuts) => {
      const expected = written.split(/[\r\n]/).filter((line) => line !== "");
      const lines = await linesOf(cutInto(Buffer.from(written), cuts));
      expect(lines).toEqual(expected.map((line) => [line, false]));
    }),
    { numRuns: 50 },
  );
});

test("no line is longer than its bound, whatever the bytes are, and none ends in half a character", async () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(bytes, sizes, async (written, cuts) => {
      // Three bytes of U+FFFD may stand for one byte that is not UTF-8.
      for (const [line] of await linesOf(cutInto(written, cuts), 16)) expect(line.length).toBeLessThanOrEqual(16);
    }),
    { numRuns: 100 },
  );
  expect(await linesOf([Buffer.from("語語語\nlast")], 8)).toEqual([
    ["語語", true],
    ["last", false],
  ]);
});

test("of a line over the bound its beginning is told, once and before it ends, and the next line is read", async () => {
  const chunk = Buffer.alloc(100_000, "a");
  const chunks = [Buffer.from("first\n"), ...Array.from({ length: 30 }, () => chunk), Buffer.from("\nlast\n")];
  expect(await linesOf(chunks, 1_000)).toEqual([
    ["first", false],
    ["a".repeat(1_000), true],
    ["last", false],
  ]);
});

test("a line that is not UTF-8 says so, also when it ends in half a character", async () => {
  const stream = new PassThrough();
  const lines: boolean[] = [];
  readLines(stream, { maxBytes: 100, onLine: ({ isUtf8 }) => void lines.push(isUtf8) });
  stream.end(Buffer.concat([Buffer.from("語\ufffd\n"), Buffer.from([0x61, 0xe9, 0x0a, 0xe8, 0xaa])]));
  await finished(stream);
  expect(lines).toEqual([true, false, false]);
});
