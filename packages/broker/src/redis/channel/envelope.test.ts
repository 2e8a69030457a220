import fc from "fast-check";
import { expect, test } from "vitest";
import { parseEnvelope } from "./envelope.ts";

test("reads back the header and leaves the body's bytes alone", () => {
  fc.assert(
    fc.property(
      fc.tuple(fc.nat(), fc.nat()),
      fc.stringMatching(/^[\w-]{0,8}$/),
      fc.nat(),
      fc.uint8Array(),
      ([offset, previousOffset], epoch, timeMs, bytes) => {
        const body = Buffer.from(bytes);
        const payload = Buffer.concat([Buffer.from(`${offset}:${previousOffset}:${epoch}:${timeMs}::\n`), body]);
        expect(parseEnvelope(payload)).toEqual({ offset, previousOffset, epoch, timeMs, body });
      },
    ),
  );
});

test("reads where a receipt goes and whom to leave out", () => {
  const payload = Buffer.from("1:0:e:2:sy:inbox:9/7:3f2a\n{}");
  expect(parseEnvelope(payload)).toMatchObject({ receiptTo: "sy:inbox:9/7", exclude: "3f2a" });
});

test("reads that a publication may be sent as a delta, with and without a client to leave out", () => {
  expect(parseEnvelope(Buffer.from("1:0:e:2::3f2a delta\n{}"))).toMatchObject({ exclude: "3f2a", allowsDelta: true });
  const marked = parseEnvelope(Buffer.from("1:0:e:2:sy:in:: delta\n{}"));
  expect(marked).toMatchObject({ receiptTo: "sy:in:", allowsDelta: true });
  expect(marked).not.toHaveProperty("exclude");
});

test.each(["", "hello", "1:0:e\nx", "1:0:e:2\n{}", "a:0:e:1::\n{}", "1:0:e:x::\n{}", "1:e:2::\n{}"])(
  "refuses %j, which nobody of ours wrote",
  (text) => {
    expect(parseEnvelope(Buffer.from(text))).toBeUndefined();
  },
);
