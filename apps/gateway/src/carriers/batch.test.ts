import { delimitProtobuf } from "@switchyard/protocol/protobuf/delimit";
import fc from "fast-check";
import type { Writable } from "node:stream";
import { expect, test } from "vitest";
import * as ws from "ws";
import { type Batch, emptyBatch } from "./batch.ts";
import { eventStream, lengthStream, lineStream, webSocketBinary, webSocketText } from "./framing.ts";

const empty = emptyBatch(webSocketText);
const appendAll = (messages: readonly Buffer[]): Batch =>
  messages.reduce((batch, message) => batch.append(message), empty);

// The class is exported by the package but missing from its type declarations.
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** Reads a frame with the parser every `ws` client uses. */
function payloadOf(frame: Buffer): string {
  const receiver = new Receiver({ isServer: false });
  let payload = "";
  receiver.on("message", (data: Buffer) => void (payload = data.toString()));
  receiver.write(frame);
  return payload;
}

test.each([
  [5, 2],
  [125, 2],
  [126, 4],
  [127, 4],
  [65_535, 4],
  [65_536, 10],
  [65_537, 10],
  [1_048_576, 10],
])("a payload of %i bytes has a header of %i", (payloadBytes, headerBytes) => {
  for (const parts of [1, 2, 3]) {
    // The newlines between them are part of the payload.
    const first = "x".repeat(payloadBytes - 2 * (parts - 1));
    const messages = [first, ...Array.from({ length: parts - 1 }, () => "y")];
    const frame = appendAll(messages.map((text) => Buffer.from(text))).frame();
    expect(frame.length).toBe(headerBytes + payloadBytes);
    expect(payloadOf(frame)).toBe(messages.join("\n"));
  }
});

test("a frame is its messages joined by newlines", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.json(), fc.constant("")), { minLength: 1, maxLength: 20 }), (texts) => {
      expect(payloadOf(appendAll(texts.map((text) => Buffer.from(text))).frame())).toBe(texts.join("\n"));
    }),
  );
});

test("whoever appends the same messages in the same order shares the same frame", () => {
  const messages = ["a", "b", "c"].map((text) => Buffer.from(text));
  let batches = Array.from({ length: 3 }, () => empty);
  for (const message of messages) batches = batches.map((batch) => batch.append(message));
  expect(new Set(batches.map((batch) => batch.frame())).size).toBe(1);
});

test("a connection with something of its own pending gets its own frame, and does not disturb the others'", () => {
  const [own, first, second] = ["own", "1", "2"].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
  let odd = empty.append(own);
  let even = empty;
  for (const message of [first, second]) {
    even = even.append(message);
    odd = odd.append(message);
  }
  expect(payloadOf(odd.frame())).toBe("own\n1\n2");
  expect(payloadOf(even.frame())).toBe("1\n2");
});

test("in a binary frame each message stands behind its length, an empty one as well", () => {
  const none = emptyBatch(webSocketBinary);
  const sizes = [0, 1, 127, 128, 16_383, 16_384, 70_000];
  for (const messages of [[0], sizes, sizes.toReversed()].map((each) => each.map((size) => Buffer.alloc(size, "x")))) {
    const batch = messages.reduce((before, message) => before.append(message), none);
    const frame = batch.frame();
    expect(frame[0]).toBe(0x82);
    expect(frame.subarray(frame.length - batch.bytes)).toEqual(Buffer.concat(messages.map(delimitProtobuf)));
  }
});

test.each([
  ["lines", lineStream, (text: string) => `${text}\n`],
  ["events", eventStream, (text: string) => `data: ${text}\n\n`],
  [
    "messages behind their lengths",
    lengthStream,
    (text: string) => delimitProtobuf(Buffer.from(text)).toString("latin1"),
  ],
])("what waits for a stream of %s is one chunk of it", (_, framing, written) => {
  const texts = ["a", "x".repeat(100), ""];
  const content = texts.map(written).join("");
  const batch = texts.reduce((before, text) => before.append(Buffer.from(text)), emptyBatch(framing));
  expect(batch.frame().toString("latin1")).toBe(`${content.length.toString(16)}\r\n${content}\r\n`);
});
