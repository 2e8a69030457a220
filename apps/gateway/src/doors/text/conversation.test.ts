import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Conversation } from "./conversation.ts";
import type { LineAnswer } from "./line-answers.ts";
import type { Line } from "./line-reader.ts";

let server: Server;
let begun: string[];
let onServer: Socket | undefined;
let conversation: Conversation | undefined;

beforeEach(() => {
  begun = [];
});
afterEach(() => {
  onServer?.destroy();
  server.close();
});

/** A peer of a conversation, both ends real sockets. */
async function converse(answer: (line: Line) => Promise<LineAnswer>): Promise<Socket> {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    onServer = socket;
    socket.on("error", () => undefined);
    conversation = new Conversation(socket, {
      lineMaxBytes: 20_000,
      answer(line) {
        begun.push(line.toString());
        return answer(line);
      },
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const peer = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", allowHalfOpen: true });
  peer.on("error", () => undefined);
  await once(peer, "connect");
  return peer;
}

async function readAll(peer: Socket): Promise<string> {
  let text = "";
  for await (const piece of peer) text += String(piece);
  return text;
}

test("answers come in the order of the lines, however long each takes", async () => {
  const waiting = new Map<string, (answer: LineAnswer) => void>();
  const peer = await converse((line) => new Promise((resolve) => waiting.set(line.toString(), resolve)));
  peer.end("a\nb\nc\n");
  await eventually(() => expect(waiting.size).toBe(3));
  for (const name of ["c", "a", "b"]) waiting.get(name)?.({ text: name.toUpperCase() });
  expect(await readAll(peer)).toBe("A\nB\nC\n");
});

test("a peer that ends its side has every line answered first, the last one without a line break too", async () => {
  const peer = await converse(async (line) => ({ text: line.toString() }));
  const lines = Array.from({ length: 5_000 }, (_, index) => String(index));
  peer.end(lines.join("\n"));
  expect(await readAll(peer)).toBe(`${lines.join("\n")}\n`);
});

test("no more lines are begun than may be on their way, and the peer has to wait", async () => {
  const held: (() => void)[] = [];
  const peer = await converse((line) => new Promise((resolve) => held.push(() => resolve({ text: line.toString() }))));
  const total = 500_000;
  peer.end("0123456789\n".repeat(total));
  await eventually(() => expect(onServer?.isPaused()).toBe(true));
  expect(begun).toHaveLength(256);
  const answered = readAll(peer);
  let most = 0;
  while (begun.length < total || held.length > 0) {
    most = Math.max(most, held.length);
    for (const answer of held.splice(0)) answer();
    await new Promise((resolve) => void setImmediate(resolve));
  }
  expect(most).toBe(256);
  expect((await answered).length).toBe("0123456789\n".length * total);
});

test("long lines count by their bytes", async () => {
  const peer = await converse(() => new Promise(() => undefined));
  peer.write(`${"x".repeat(20_000)}\n`.repeat(100));
  await eventually(() => expect(onServer?.isPaused()).toBe(true));
  expect(begun.length).toBeLessThan(16);
});

test("a peer that reads no answers is not read from any more, and goes on where it was once it reads", async () => {
  // More than the kernel holds for the two of them.
  const text = "x".repeat(40_000);
  const peer = await converse(async () => ({ text }));
  const total = 4_000;
  peer.end("a\n".repeat(total));
  await eventually(() => expect([onServer?.isPaused(), onServer?.writableNeedDrain]).toEqual([true, true]));
  const before = begun.length;
  expect(before).toBeLessThan(total);
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => void setImmediate(resolve));
  // What is held for it are answers of lines that were on their way, and no more.
  expect(begun).toHaveLength(before);
  expect((await readAll(peer)).length).toBe((text.length + 1) * total);
});

test("ended from our side, what was begun is answered, what was not is left, and the connection closes", async () => {
  const held: (() => void)[] = [];
  const peer = await converse(() => new Promise((resolve) => held.push(() => resolve({ text: "ok" }))));
  peer.write("a\n".repeat(3_000));
  await eventually(() => expect(begun).toHaveLength(256));
  conversation?.end();
  for (const answer of held) answer();
  expect(await readAll(peer)).toBe("ok\n".repeat(256));
  expect(begun).toHaveLength(256);
});

test("an answer that is the last one ends the connection behind it", async () => {
  const peer = await converse(async (line) => ({
    text: line.toString(),
    ...(line.toString() === "b" && { ends: true }),
  }));
  peer.write("a\nb\n");
  expect(await readAll(peer)).toBe("a\nb\n");
});

test("a peer that vanishes in the middle of everything harms nobody", async () => {
  const held: (() => void)[] = [];
  const peer = await converse(() => new Promise((resolve) => held.push(() => resolve({ text: "ok" }))));
  peer.write("a\n".repeat(100));
  await eventually(() => expect(begun).toHaveLength(100));
  peer.resetAndDestroy();
  await eventually(() => expect(onServer?.destroyed).toBe(true));
  for (const answer of held) answer();
});
