import fc from "fast-check";
import { expect, test } from "vitest";
import { type Line, LineReader } from "./line-reader.ts";

function read(pieces: readonly string[], maxBytes = 8): string[] {
  const reader = new LineReader(maxBytes);
  const lines: string[] = [];
  const take = (line: Line | undefined) => line !== undefined && lines.push(line.toString());
  for (const piece of pieces) {
    reader.give(Buffer.from(piece));
    while (take(reader.next()));
  }
  take(reader.end());
  return lines;
}

test("lines come as they were, by LF or CRLF, several in a piece and in several pieces", () => {
  expect(read(["a\nb\r\n\nc", "d", "\r", "\ne\n"])).toEqual(["a", "b", "", "cd", "e"]);
});

test("what stands behind the last line break is a line when the stream ends", () => {
  expect(read(["a\nb"])).toEqual(["a", "b"]);
});

test("a line may be as long as the bound and no longer, with either line break", () => {
  expect(read(["12345678\n12345678\r\n123456789\n12\n"])).toEqual(["12345678", "12345678", "too long", "12"]);
});

test("a line that is too long is told once, before its end has come", () => {
  const reader = new LineReader(8);
  reader.give(Buffer.from("1234567890"));
  expect(reader.next()).toBe("too long");
  reader.give(Buffer.from("x".repeat(1_000)));
  expect(reader.next()).toBeUndefined();
  reader.give(Buffer.from("x\nok\n"));
  expect(String(reader.next())).toBe("ok");
});

test("a line that is too long and begins as a request does is told as one, however it is cut", () => {
  expect(read(["GET /abcd\nPUT http:\nGET abcde\n{GET /abc\n"])).toEqual([
    "too long request",
    "too long request",
    "too long",
    "too long",
  ]);
  expect(read(Array.from("POST /aaaaaaa\nok\n"))).toEqual(["too long request", "ok"]);
});

test("how the stream is cut changes nothing", () => {
  const line = fc.stringMatching(/^[a\r]{0,12}$/);
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 9 })), (lines, cuts) => {
      const whole = lines.join("\n");
      const pieces: string[] = [];
      let at = 0;
      for (const length of cuts) {
        pieces.push(whole.slice(at, at + length));
        at += length;
      }
      pieces.push(whole.slice(at));
      expect(read(pieces)).toEqual(read([whole]));
    }),
  );
});
