import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readLines } from "./read-lines.ts";

async function linesOf(chunks: readonly Uint8Array[]): Promise<{ lines: string[]; tooLong: number }> {
  const stream = new PassThrough();
  const lines: string[] = [];
  let tooLong = 0;
  readLines(
    stream,
    () => void (tooLong += 1),
    (text) => void lines.push(text),
  );
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  return { lines, tooLong };
}

test("lines arrive whole however the bytes were cut", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "語", "🚉", " ", "\n", "\r\n") });
  await fc.assert(
    fc.asyncProperty(text, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), async (written, sizes) => {
      const bytes = Buffer.from(written);
      const chunks: Buffer[] = [];
      for (let start = 0; start < bytes.length;) {
        const size = sizes.next().value;
        chunks.push(bytes.subarray(start, start + size));
        start += size;
      }
      const expected = written.split("\n").map((line) => line.replace(/\r$/, ""));
      // A text that ends with a newline has no further line behind it.
      if (written === "" || written.endsWith("\n")) expected.pop();
      expect((await linesOf(chunks)).lines).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test("a line over 1 MiB is told once and nothing after it is read as a line", async () => {
  const chunk = Buffer.alloc(100_000, "a");
  const chunks = [Buffer.from("first\n"), ...Array.from({ length: 30 }, () => chunk), Buffer.from("\nlast\n")];
  expect(await linesOf(chunks)).toEqual({ lines: ["first"], tooLong: 1 });
});
