import fc from "fast-check";
import type { Writable } from "node:stream";
import { expect, test } from "vitest";
import * as ws from "ws";
import { type Batch, emptyBatch } from "./batch.ts";

const appendAll = (messages: readonly Buffer[]): Batch =>
  messages.reduce((batch, message) => batch.append(message), emptyBatch);

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

test("a frame is its messages joined by newlines, at every header size", () => {
  for (const size of [0, 1, 125, 126, 65_535, 65_536, 1_048_576]) {
    const text = `"${"x".repeat(size)}"`;
    expect(payloadOf(appendAll([Buffer.from(text)]).frame())).toBe(text);
  }
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 20 }), (values) => {
      const texts = values.map((value) => JSON.stringify(value));
      expect(payloadOf(appendAll(texts.map((text) => Buffer.from(text))).frame())).toBe(texts.join("\n"));
    }),
  );
});

test("whoever appends the same messages in the same order shares the same frame", () => {
  const messages = ["a", "b", "c"].map((text) => Buffer.from(text));
  let batches = Array.from({ length: 3 }, () => emptyBatch);
  for (const message of messages) batches = batches.map((batch) => batch.append(message));
  expect(new Set(batches.map((batch) => batch.frame())).size).toBe(1);
});

test("a connection with something of its own pending gets its own frame, and does not disturb the others'", () => {
  const [own, first, second] = ["own", "1", "2"].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
  let odd = emptyBatch.append(own);
  let even = emptyBatch;
  for (const message of [first, second]) {
    even = even.append(message);
    odd = odd.append(message);
  }
  expect(payloadOf(odd.frame())).toBe("own\n1\n2");
  expect(payloadOf(even.frame())).toBe("1\n2");
});
