import { eventually } from "@switchyard/testkit/eventually";
import { FrameReader, type WireFrame } from "@switchyard/testkit/frame-reader";
import { mintToken } from "@switchyard/testkit/mint-token";
import { encodeFrame, openRawWebSocket, type RawWebSocket } from "@switchyard/testkit/raw-websocket";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "../protocol/protocol-gateway.ts";

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(() => gateway?.close());

const port = () => Number(new URL(gateway.url).port);
const text = (...commands: object[]) => encodeFrame(commands.map((command) => JSON.stringify(command)).join("\n"));
const connect = () => ({ id: 1, connect: { token: mintToken(gateway.secret, { sub: "u" }) } });
const closeFrame = (code: number) => encodeFrame(Buffer.from([code >> 8, code & 255]), { opcode: 8 });
const codeOf = ({ payload }: WireFrame) => payload.readUInt16BE(0);

/** Every frame from now to the end of the connection. */
async function framesOf({ socket, ended }: RawWebSocket): Promise<WireFrame[]> {
  const reader = new FrameReader();
  const frames: WireFrame[] = [];
  socket.on("data", (chunk: Buffer) => void frames.push(...reader.push(chunk)));
  await ended;
  expect(reader.pendingBytes).toBe(0);
  return frames;
}

async function metrics(): Promise<string> {
  return (await fetch(new URL("/metrics", gateway.url.replace("ws:", "http:")))).text();
}

/** What a peer may end its input with, and the code it is answered with. */
const endings: [string, Buffer, number][] = [
  ["a close frame", closeFrame(1000), 1000],
  ["a close frame with a code of its own", closeFrame(4321), 4321],
  ["a reserved bit", encodeFrame("{}", { reserved: 4 }), 1002],
  ["text that is not UTF-8", encodeFrame(Buffer.from([0xff, 0xfe])), 1007],
  ["a message over the limit", encodeFrame("", { claimedBytes: 65_537 }), 1009],
  ["binary that is not UTF-8", encodeFrame(Buffer.from([0xff, 0xfe]), { opcode: 2 }), 3501],
  ["text that is not JSON", encodeFrame("hello"), 3501],
];

test.each(endings)(
  "commands in one segment with %s behind them are answered, then the line is closed",
  async (_, ending, code) => {
    const peer = await openRawWebSocket(port());
    const frames = framesOf(peer);
    const channel = gateway.channel();
    peer.socket.write(
      Buffer.concat([text(connect()), text({ id: 2, subscribe: { channel } }, { id: 3, rpc: {} }), ending]),
    );
    const all = await frames;
    const last = all.pop();
    const answers = all.map(({ payload }) => payload.toString()).join("\n");
    for (const id of [1, 2, 3]) expect(answers).toContain(`"id":${id}`);
    expect([last?.opcode, last && codeOf(last)]).toEqual([8, code]);
  },
);

test("a command in one frame with a bad one behind it is answered, what comes behind the bad one is not", async () => {
  const peer = await openRawWebSocket(port());
  const frames = framesOf(peer);
  peer.socket.write(encodeFrame(`${JSON.stringify(connect())}\n{"id":2,"rpc":{}}\nbad\n{"id":3,"rpc":{}}`));
  const words = (await frames).map(({ payload }) => payload.toString()).join("\n");
  expect(words).toContain('"id":2');
  expect(words).not.toContain('"id":3');
  expect(peer.closeCode).toBe(3501);
});

test.each(endings)("after %s nothing follows our close frame, whatever waits to be sent", async (_, ending, code) => {
  const channel = gateway.channel();
  const reader = await openRawWebSocket(port());
  reader.socket.write(text(connect(), { id: 2, subscribe: { channel } }));
  await reader.heard((received) => received.includes('"id":2'));
  reader.socket.pause();
  const publisher = await gateway.connected("publisher");
  await publisher.call({ subscribe: { channel } });
  // More than the kernel takes, some 4 MB, and less than the outbox does beside: it is in the middle of things.
  const data = "x".repeat(60_000);
  const publish = (count: number) =>
    Promise.all(Array.from({ length: count }, () => publisher.call({ publish: { channel, data } })));
  await publish(75);
  reader.socket.write(Buffer.concat([encodeFrame("last ping", { opcode: 9 }), ending]));
  await publish(5);
  reader.socket.write(encodeFrame("late ping", { opcode: 9 }));
  const frames = framesOf(reader);
  reader.socket.resume();
  const all = await frames;
  const closing = all.findIndex(({ opcode }) => opcode === 8);
  expect(closing).toBe(all.length - 1);
  expect(codeOf(all[closing] as WireFrame)).toBe(code);
  await publisher.close();
});

test("ends are counted by what we closed with, or as one of five labels where the client did, whatever code it made up", async () => {
  await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const peer = await openRawWebSocket(port());
      peer.socket.write(closeFrame(index % 2 === 0 ? 3000 + index : 4000 + index));
      await peer.ended;
    }),
  );
  for (const [, ending] of endings) {
    const peer = await openRawWebSocket(port());
    peer.socket.write(ending);
    await peer.ended;
  }
  await eventually(async () => expect(await metrics()).toMatch(/disconnects_total\{code="other"\} 30[1-9]/));
  const codes = Array.from((await metrics()).matchAll(/disconnects_total\{code="(\w+)"\}/g), ([, code]) => code);
  const known = ["1000", "1001", "1002", "1005", "1006", "1007", "1009", "3501", "other"];
  expect(codes).toEqual(expect.arrayContaining(["1002", "1007", "1009", "3501"]));
  expect(codes.filter((code) => !known.includes(code ?? ""))).toEqual([]);
});

test("a command that does not come back holds the close frame up for a second, not for longer", async () => {
  const peer = await openRawWebSocket(port());
  peer.socket.write(text(connect()));
  await peer.heard((received) => received.includes('"id":1'));
  const redis = new Redis(gateway.redisUrl);
  await redis.client("PAUSE", 4_000, "ALL");
  const askedAtMs = performance.now();
  peer.socket.write(Buffer.concat([text({ id: 2, subscribe: { channel: gateway.channel() } }), encodeFrame("bad")]));
  await peer.ended;
  expect(peer.closeCode).toBe(3501);
  expect(performance.now() - askedAtMs).toBeLessThan(3_500);
  redis.disconnect();
});
