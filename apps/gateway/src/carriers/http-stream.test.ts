import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { expect, onTestFinished, test } from "vitest";
import { emptyBatch } from "./batch.ts";
import { lineStream } from "./framing.ts";
import { HttpStream } from "./http-stream.ts";
import { TurnQueue } from "./turn-queue.ts";

const outboxMaxBytes = 100;

/** A stream that has begun, what it has handed out, and all that its client has read once it has ended. */
async function openStream({ pausesAtEach = false } = {}) {
  const taken: string[] = [];
  const opened = Promise.withResolvers<HttpStream>();
  const server = createServer((_, response) => {
    if (response.socket === null) return;
    const stream = new HttpStream({
      response,
      socket: response.socket,
      contentType: "text/plain",
      turn: new TurnQueue(),
      empty: emptyBatch(lineStream),
      outboxMaxBytes,
      farewell: ({ code }) => Buffer.from(`ended by ${code}`),
    });
    stream.listen({
      frame(bytes) {
        taken.push(bytes.toString());
        if (pausesAtEach) stream.pause();
      },
      slow: () => undefined,
      flooded: () => stream.close({ ...disconnectCodes.tooManyRequests, reconnectAfterMs: 0 }),
      inputEnded: () => Promise.resolve(),
      closed: () => undefined,
    });
    opened.resolve(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const text = fetch(`http://127.0.0.1:${port}`).then((response) => response.text());
  return { stream: await opened.promise, taken, text };
}

const shutdown = { ...disconnectCodes.shutdown, reconnectAfterMs: 0 };
const frame = (letter: string, bytes = 1) => Buffer.from(letter.repeat(bytes));

test("what is sent in front of the end is read in front of the last word", async () => {
  const { stream, text } = await openStream();
  stream.send(Buffer.from("first"));
  stream.send(Buffer.from("second"));
  stream.close(shutdown);
  stream.close({ ...disconnectCodes.slow, reconnectAfterMs: 0 });
  expect(await text).toBe("first\nsecond\nended by 3001\n");
});

test("while it is paused what comes up is held, and handed out in order for as long as it is not paused again", async () => {
  const { stream, taken, text } = await openStream({ pausesAtEach: true });
  stream.pause();
  for (const letter of "abc") stream.receive(frame(letter));
  expect(taken).toEqual([]);
  stream.resume();
  expect(taken).toEqual(["a"]);
  stream.resume();
  expect(taken).toEqual(["a", "b"]);
  stream.resume();
  stream.resume();
  stream.receive(frame("d"));
  expect(taken).toEqual(["a", "b", "c", "d"]);
  stream.close(shutdown);
  await text;
});

test("who sends up more than may be held is ended, and what was taken counts no more", async () => {
  const { stream, taken, text } = await openStream();
  for (let count = 0; count < 3; count++) {
    stream.pause();
    stream.receive(frame("x", outboxMaxBytes));
    stream.resume();
  }
  expect(taken).toHaveLength(3);
  stream.pause();
  stream.receive(frame("x", outboxMaxBytes));
  stream.receive(frame("y"));
  expect(await text).toBe("ended by 3013\n");
});

test("what comes up behind the end is not taken", async () => {
  const { stream, taken, text } = await openStream();
  stream.close(shutdown);
  stream.receive(frame("late"));
  await text;
  expect(taken).toEqual([]);
});
