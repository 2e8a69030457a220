import { expect, test } from "vitest";
import { emptyBatch } from "./batch.ts";
import { webSocketText } from "./framing.ts";
import { Outbox } from "./outbox.ts";
import { TurnQueue } from "./turn-queue.ts";

/** A socket whose peer reads only when told to. */
function createSocket() {
  const writes: Buffer[] = [];
  const socket = {
    writableLength: 0,
    writableNeedDrain: false,
    writes,
    blocked: false,
    write(bytes: Buffer) {
      writes.push(bytes);
      if (!socket.blocked) return true;
      socket.writableLength += bytes.length;
      socket.writableNeedDrain = true;
      return false;
    },
  };
  return socket;
}

const nextTurn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const message = (size: number) => Buffer.alloc(size, "x");

function setup(maxBytes: number) {
  const socket = createSocket();
  let slow = 0;
  const outbox = new Outbox({
    socket,
    turn: new TurnQueue(),
    empty: emptyBatch(webSocketText),
    maxBytes,
    onSlow: () => slow++,
  });
  return { socket, outbox, slowCount: () => slow };
}

test("everything queued in one turn leaves in one write", async () => {
  const { socket, outbox } = setup(1_000);
  for (let count = 0; count < 10; count++) outbox.append(message(5));
  expect(socket.writes).toHaveLength(0);
  await nextTurn();
  expect(socket.writes).toHaveLength(1);
});

test("while the socket holds unsent bytes, messages gather and leave together when it has drained", async () => {
  const { socket, outbox } = setup(1_000);
  socket.blocked = true;
  for (let count = 0; count < 3; count++) {
    outbox.append(message(5));
    await nextTurn();
  }
  expect(socket.writes).toHaveLength(1);
  Object.assign(socket, { blocked: false, writableLength: 0, writableNeedDrain: false });
  outbox.drained();
  expect(socket.writes).toHaveLength(2);
});

test("a client past its bound is reported slow once, and nothing more is held for it", async () => {
  const { socket, outbox, slowCount } = setup(100);
  socket.blocked = true;
  outbox.append(message(60));
  await nextTurn();
  outbox.append(message(30));
  expect(slowCount()).toBe(0);
  outbox.append(message(30));
  outbox.append(message(30));
  await nextTurn();
  expect(slowCount()).toBe(1);
  expect(socket.writes).toHaveLength(1);
});

test("a message larger than the bound passes alone", async () => {
  const { socket, outbox, slowCount } = setup(100);
  outbox.append(message(500));
  await nextTurn();
  expect([socket.writes.length, slowCount()]).toEqual([1, 0]);
});

test("behind one message larger than the bound the others have the bound to themselves, and a second one is too much", async () => {
  const { socket, outbox, slowCount } = setup(100);
  socket.blocked = true;
  outbox.append(message(10));
  outbox.append(message(500));
  await nextTurn();
  outbox.append(message(50));
  expect(slowCount()).toBe(0);
  outbox.append(message(500));
  expect(slowCount()).toBe(1);
});

test("while what came behind a large message is not out either, a second large one is too much", async () => {
  const { socket, outbox, slowCount } = setup(100);
  socket.blocked = true;
  outbox.append(message(500));
  await nextTurn();
  outbox.append(message(50));
  // The large one is out; the peer stops reading again before the small one is.
  Object.assign(socket, { writableLength: 0, writableNeedDrain: false });
  outbox.drained();
  expect(slowCount()).toBe(0);
  outbox.append(message(1_000));
  expect(slowCount()).toBe(1);
});

test("once a large message is out, the bound is what it was", async () => {
  const { socket, outbox, slowCount } = setup(100);
  socket.blocked = true;
  outbox.append(message(500));
  await nextTurn();
  Object.assign(socket, { writableLength: 0, writableNeedDrain: false });
  outbox.drained();
  outbox.append(message(60));
  expect(slowCount()).toBe(0);
  outbox.append(message(60));
  expect(slowCount()).toBe(1);
});

test("however much comes in one turn, who takes it is not slow, and gets every message in order", async () => {
  const { socket, outbox, slowCount } = setup(200_000);
  const messages = Array.from({ length: 1_000 }, (_, index) => Buffer.from(String(index).padStart(1_000, "0")));
  for (const each of messages) outbox.append(each);
  await nextTurn();
  expect(slowCount()).toBe(0);
  expect(socket.writes.length).toBeLessThan(20);
  // A frame above 64 KiB has a header of ten bytes, a smaller one of four.
  const payloads = socket.writes.map((frame) => frame.subarray(frame[1] === 127 ? 10 : 4).toString());
  expect(payloads.join("\n").split("\n")).toEqual(messages.map(String));
});

test("finish hands over what is queued, and refuses what comes after", async () => {
  const { socket, outbox } = setup(100);
  outbox.append(message(5));
  outbox.finish();
  outbox.append(message(5));
  await nextTurn();
  expect(socket.writes).toHaveLength(1);
});

test("it is behind while more waits than one frame takes, wherever it waits", async () => {
  const { socket, outbox } = setup(1_000_000);
  socket.blocked = true;
  outbox.append(message(40_000));
  await nextTurn();
  expect(outbox.isBehind).toBe(false);
  outbox.append(message(40_000));
  expect(outbox.isBehind).toBe(true);
  socket.writableNeedDrain = false;
  socket.writableLength = 0;
  socket.blocked = false;
  outbox.drained();
  expect(outbox.isBehind).toBe(false);
});

test("what is held back leaves with the next message, in one frame", async () => {
  const { socket, outbox } = setup(1_000);
  outbox.append(message(5));
  outbox.holdBack();
  await nextTurn();
  expect(socket.writes).toHaveLength(0);
  outbox.append(message(3));
  await nextTurn();
  expect(socket.writes.map((frame) => frame.subarray(2).toString())).toEqual(["xxxxx\nxxx"]);
});

test("what is held back leaves by itself when nothing comes, and leaves nothing held", async () => {
  const { socket, outbox } = setup(1_000);
  outbox.append(message(5));
  outbox.holdBack();
  await expect.poll(() => socket.writes.length).toBe(1);
  outbox.append(message(3));
  await nextTurn();
  expect(socket.writes).toHaveLength(2);
});

test("what is held back is handed over by finish", () => {
  const { socket, outbox } = setup(1_000);
  outbox.append(message(5));
  outbox.holdBack();
  outbox.finish();
  expect(socket.writes).toHaveLength(1);
});
