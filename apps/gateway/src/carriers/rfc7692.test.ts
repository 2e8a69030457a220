import { once } from "node:events";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { FrameReader, type WireFrame } from "@switchyard/testkit/frame-reader";
import { encodeFrame, openRawWebSocket, type RawWebSocket } from "@switchyard/testkit/raw-websocket";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket, type PerMessageDeflateOptions } from "ws";
import { emptyBatch } from "./batch.ts";
import { webSocketBinary, webSocketText } from "./framing.ts";
import { startEchoGateway, type EchoGateway } from "./testing/echo-gateway.ts";
import { deflated } from "./ws-deflate.ts";

// What sections 12 and 13 of the Autobahn catalogue try, in small: every kind of offer, sizes from 0, and what must not be sent.
const deflation = { minBytes: 64, level: 1, windowBits: 12 };
const limitBytes = 200_000;
let gateway: EchoGateway;
beforeAll(async () => {
  gateway = await startEchoGateway(limitBytes, deflation);
});
afterAll(() => gateway?.close());

const url = () => `ws://127.0.0.1:${gateway.port}/connection/websocket`;
const offer = "permessage-deflate";
const flushed = (payload: Buffer | string, level = 6) =>
  deflateRawSync(payload, { level, finishFlush: constants.Z_SYNC_FLUSH });
const pack = (payload: Buffer | string, level?: number) => flushed(payload, level).subarray(0, -4);
const unpack = (payload: Buffer) =>
  inflateRawSync(Buffer.concat([payload, Buffer.from("0000ffff", "hex")]), {
    windowBits: deflation.windowBits,
    finishFlush: constants.Z_SYNC_FLUSH,
  });
const packed = (payload: Buffer, parts = {}) => encodeFrame(payload, { reserved: 4, ...parts });
const texts = [0, 16, 63, 64, 1_024, 4_096, 32_768, 131_072].map((size) =>
  '{"price":101.25,"at":17}'.repeat(6_000).slice(0, size),
);

async function talk(options: PerMessageDeflateOptions | false, messages: readonly string[]) {
  const socket = new WebSocket(url(), { perMessageDeflate: options });
  const raw: Buffer[] = [];
  socket.once("upgrade", ({ socket: line }) => line.on("data", (chunk: Buffer) => raw.push(chunk)));
  await once(socket, "open");
  const echoes: string[] = [];
  for (const message of messages) {
    socket.send(message);
    const [data] = (await once(socket, "message")) as [Buffer];
    echoes.push(data.toString());
  }
  const { extensions } = socket;
  socket.close();
  await once(socket, "close");
  return { extensions, echoes, frames: new FrameReader().push(Buffer.concat(raw)) };
}

describe("clients that offer compression get it, whatever they add to the offer", () => {
  test.each<[string, PerMessageDeflateOptions]>([
    ["nothing", { threshold: 0 }],
    ["no context takeover of theirs", { threshold: 0, clientNoContextTakeover: true }],
    ["no context takeover of ours", { threshold: 0, serverNoContextTakeover: true }],
    ["a small window of theirs", { threshold: 0, clientMaxWindowBits: 9 }],
    ["a window of ours that is not smaller", { threshold: 0, serverMaxWindowBits: 12 }],
    ["the largest window of theirs", { threshold: 0, clientMaxWindowBits: 15 }],
  ])("%s", async (_, options) => {
    const { extensions, echoes, frames } = await talk(options, texts);
    expect(extensions).toBe(offer);
    expect(echoes).toEqual(texts);
    const messages = frames.filter(({ opcode }) => opcode === 1);
    expect(messages.map(({ reserved }) => reserved)).toEqual(texts.map(({ length }) => (length < 64 ? 0 : 4)));
    expect(messages.filter(({ reserved }) => reserved === 4).map(({ payload }) => unpack(payload).toString())).toEqual(
      texts.filter(({ length }) => length >= 64),
    );
  });
});

test.each<[string, string]>([
  ["a window smaller than ours", `${offer}; server_max_window_bits=9`],
  ["a parameter nobody knows", `${offer}; level=3`],
  ["a parameter twice", `${offer}; client_no_context_takeover; client_no_context_takeover`],
  ["a window that is none", `${offer}; server_max_window_bits=16`],
  ["another extension", "x-webkit-deflate-frame"],
  ["nothing that can be read", `${offer}; =;`],
])("an offer of %s is declined, and the line goes on without", async (_, extensions) => {
  const peer = await openRawWebSocket(gateway.port, { extensions });
  expect(peer.answer.toLowerCase()).not.toContain("sec-websocket-extensions");
  peer.socket.write(encodeFrame("hello ".repeat(50)));
  expect(await peer.heard((received) => received.includes("hello hello"))).toBe(true);
  peer.socket.destroy();
});

test("of several offers the first that can be accepted is", async () => {
  const extensions = `${offer}; server_max_window_bits=9, ${offer}; client_max_window_bits, ${offer}`;
  const { answer, socket } = await openRawWebSocket(gateway.port, { extensions });
  const accepted = "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12";
  expect(answer).toContain(`Sec-WebSocket-Extensions: ${offer}; ${accepted}`);
  socket.destroy();
});

/** Sends frames, and resolves to what comes back until a message or the end. */
async function answerTo(frames: readonly Buffer[]): Promise<{ peer: RawWebSocket; answers: WireFrame[] }> {
  const peer = await openRawWebSocket(gateway.port, { extensions: offer });
  const reader = new FrameReader();
  const answers: WireFrame[] = [];
  const done = Promise.withResolvers<void>();
  peer.socket.on("data", (chunk: Buffer) => {
    answers.push(...reader.push(chunk));
    if (answers.some(({ opcode }) => opcode === 1)) done.resolve();
  });
  peer.socket.write(Buffer.concat(frames));
  await Promise.race([done.promise, peer.ended]);
  peer.socket.destroy();
  return { peer, answers };
}

const words = "to be compressed, to be compressed";

describe("a message on a line with compression", () => {
  const halves = (payload: Buffer) => [payload.subarray(0, 7), payload.subarray(7)] as const;
  const [first, second] = halves(pack(words));
  const final = deflateRawSync(words);
  const blocks = Buffer.concat([flushed(words.slice(0, 9)), pack(words.slice(9))]);
  test.each<[string, Buffer[]]>([
    ["may be compressed", [packed(pack(words))]],
    ["may be not", [encodeFrame(words)]],
    [
      "may be in frames, the first of which says that it is compressed",
      [packed(first, { isFinal: false }), encodeFrame(second, { opcode: 0 })],
    ],
    [
      "may have a ping in it",
      [packed(first, { isFinal: false }), encodeFrame("x", { opcode: 9 }), encodeFrame(second, { opcode: 0 })],
    ],
    ["may be binary", [packed(pack(words), { opcode: 2 })]],
    ["may be stored without compression", [packed(pack(words, 0))]],
    ["may be of several blocks", [packed(blocks)]],
    ["may end with a final block", [packed(Buffer.concat([final, Buffer.alloc(1)]))]],
  ])("%s", async (_, frames) => {
    const { answers } = await answerTo(frames);
    expect(answers.filter(({ opcode }) => opcode === 1).map(({ payload }) => payload.toString())).toEqual([words]);
  });

  test.each<[string, Buffer[], number]>([
    [
      "must not say so again in a later frame",
      [packed(first, { isFinal: false }), packed(second, { opcode: 0 })],
      1002,
    ],
    ["must not be a ping", [packed(Buffer.from("x"), { opcode: 9 })], 1002],
    ["must not use the other bits", [encodeFrame(pack(words), { reserved: 6 })], 1002],
    ["must be compressed when it says so", [packed(Buffer.from("no deflate at all"))], 1007],
    ["must be UTF-8 behind it", [packed(pack(Buffer.from([0xff, 0xfe])))], 1007],
    ["must not be above the limit behind it", [packed(pack(Buffer.alloc(limitBytes + 1, " ")))], 1009],
    [
      "must not be above the limit, in frames",
      [
        packed(flushed(Buffer.alloc(150_000, " ")), { isFinal: false }),
        encodeFrame(pack(Buffer.alloc(150_000, " ")), { opcode: 0 }),
      ],
      1009,
    ],
  ])("%s", async (_, frames, code) => {
    const { peer } = await answerTo(frames);
    expect(peer.closeCode).toBe(code);
  });
});

test("without an offer nothing is compressed, and what says that it is ends the line", async () => {
  const { extensions, echoes, frames } = await talk(false, texts);
  expect([extensions, echoes]).toEqual(["", texts]);
  expect(frames.every(({ reserved }) => reserved === 0)).toBe(true);
  const peer = await openRawWebSocket(gateway.port);
  peer.socket.write(packed(pack(words)));
  await peer.ended;
  expect(peer.closeCode).toBe(1002);
});

test("a frame is compressed once for all who have the same messages pending, and left alone where that gains nothing", () => {
  for (const framing of [webSocketText, webSocketBinary]) {
    const empty = emptyBatch(deflated(framing, deflation));
    const message = Buffer.from(texts[4] as string);
    expect(empty.append(message).append(message).frame()).toBe(empty.append(message).append(message).frame());
    const packed = empty.append(message).frame();
    expect((packed[0] as number) & 0x40).toBe(0x40);
    // The end of every flush, which section 7.2.1 takes off.
    expect(packed.subarray(-4)).not.toEqual(Buffer.of(0, 0, 0xff, 0xff));
    const noise = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * index * 2_654_435_761) >>> 13));
    expect(empty.append(noise).frame()).toEqual(emptyBatch(framing).append(noise).frame());
    const huge = Buffer.alloc(300_000, "x");
    expect(empty.append(huge).frame()).toEqual(emptyBatch(framing).append(huge).frame());
  }
});
