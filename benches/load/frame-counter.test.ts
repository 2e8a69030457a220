import { describe, expect, test } from "vitest";
import { createPayload } from "../publish/payload.ts";
import { FrameCounter, type FrameContent } from "./frame-counter.ts";

const line = JSON.stringify({ push: { channel: "bench", pub: { data: createPayload(1) } } });

function frame(payload: string | Buffer, opcode = 1): Buffer {
  const body = Buffer.from(payload);
  const length =
    body.length < 126
      ? [body.length]
      : body.length < 65_536
        ? [126, body.length >> 8, body.length & 255]
        : [127, 0, 0, 0, 0, body.length >>> 24, (body.length >> 16) & 255, (body.length >> 8) & 255, body.length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length]), body]);
}

/** Everything a server may send, one after the other: 1 + 3 + 1000 messages, two heartbeats and a close frame. */
const stream = Buffer.concat([
  frame(line),
  frame("{}"),
  frame([line, line, "{}", line].join("\n")),
  frame(""),
  frame(Array.from({ length: 1_000 }, () => line).join("\n")),
  frame(Buffer.from([0x0b, 0xc0]), 8),
]);

function count(holds: FrameContent, chunkBytes: number, bytes = stream) {
  const seen = { messages: 0, messageBytes: 0, shortLines: 0, frames: [] as [number, string][] };
  const counter = new FrameCounter(
    {
      onMessage: (_bytes, from, end) => {
        seen.messages += 1;
        seen.messageBytes += end - from;
      },
      onShortLine: () => (seen.shortLines += 1),
      onFrame: (opcode, payload) => seen.frames.push([opcode, payload.toString("latin1")]),
    },
    { holds },
  );
  counter.keepAll = false;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // Stale bytes beyond the end, newlines above all, must not be counted: the read buffer is used again and again.
    const chunk = Buffer.concat([bytes.subarray(at, at + chunkBytes), Buffer.from("\n\n\n")]);
    counter.read(chunk, 0, chunk.length - 3);
  }
  return seen;
}

const lengthPrefixed = (sizes: number[]) =>
  frame(
    Buffer.concat(
      sizes.flatMap((size) => [
        Buffer.from(size < 128 ? [size] : [(size & 127) | 128, size >> 7]),
        Buffer.alloc(size, 10),
      ]),
    ),
    2,
  );

test.each([1, 2, 7, 64, 145, 1_000, 65_536])(
  "counts messages behind their lengths in chunks of %i bytes",
  (chunkBytes) => {
    const sizes = [100, 0, 127, 128, 1_000];
    const many = Array.from({ length: 500 }, () => 150);
    const seen = count(
      "lengths",
      chunkBytes,
      Buffer.concat([lengthPrefixed(sizes), lengthPrefixed([0]), lengthPrefixed(many)]),
    );
    expect([seen.messages, seen.shortLines, seen.frames]).toEqual([504, 1, [[2, "\0"]]]);
  },
);

describe.each([1, 2, 7, 64, 145, 1_000, 65_536, stream.length])("in chunks of %i bytes", (chunkBytes) => {
  test("counts every line of a frame of many once, and heartbeats apart", () => {
    const seen = count("lines", chunkBytes);
    expect(seen.messages).toBe(1_004);
    expect(seen.shortLines).toBe(1);
    expect(seen.frames).toEqual([
      [1, "{}"],
      [1, ""],
      [8, "\x0b\xc0"],
    ]);
  });

  test("counts every frame once where a frame is a message", () => {
    expect(count("one", chunkBytes).messages).toBe(3);
  });
});

test("hands over whole messages when they come in one piece", () => {
  expect(count("lines", stream.length).messageBytes).toBe(1_004 * line.length);
});

test("keeps what it is told to keep, and counts from then on", () => {
  const frames: string[] = [];
  let messages = 0;
  const counter = new FrameCounter(
    {
      onMessage: () => (messages += 1),
      onShortLine: () => undefined,
      onFrame: (_opcode, payload) => {
        frames.push(payload.toString());
        counter.keepAll = false;
      },
    },
    { holds: "lines" },
  );
  const bytes = Buffer.concat([frame(line), frame(line)]);
  counter.read(bytes, 0, bytes.length);
  expect(frames).toEqual([line]);
  expect(messages).toBe(1);
});

test.each([1, 2, 7, 64, 145, 1_000])("counts the events of a chunked stream in pieces of %i bytes", (chunkBytes) => {
  const chunk = (body: string) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
  const event = `data: ${line}\n\n`;
  const bytes = Buffer.from([event, event.repeat(3), "data: {}\n\n", event.repeat(500)].map(chunk).join(""));
  expect(count("stream", chunkBytes, bytes).messages).toBe(504);
});
