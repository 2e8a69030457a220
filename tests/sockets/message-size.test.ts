import { mintToken } from "@switchyard/testkit/mint-token";
import { encodeFrame, openRawWebSocket } from "@switchyard/testkit/raw-websocket";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "../protocol/protocol-gateway.ts";

const limits = [1_024, 65_536, 4_194_304];
let gateways: ProtocolGateway[];
beforeAll(async () => {
  gateways = await Promise.all(
    limits.map((limit) => startProtocolGateway({ SWITCHYARD_CLIENT_MESSAGE_SIZE_LIMIT: String(limit) })),
  );
});
afterAll(() => Promise.all((gateways ?? []).map((gateway) => gateway.close())));

async function connect(gateway: ProtocolGateway) {
  const peer = await openRawWebSocket(Number(new URL(gateway.url).port));
  const token = mintToken(gateway.secret, { sub: "u" });
  peer.socket.write(encodeFrame(JSON.stringify({ id: 1, connect: { token } })));
  await peer.heard((received) => received.includes('"id":1'));
  return peer;
}

/** A command of exactly so many bytes. */
function commandOf(bytes: number): string {
  const empty = '{"id":2,"rpc":{"data":""}}';
  return empty.replace('""', `"${"x".repeat(bytes - empty.length)}"`);
}

function inFragments(text: string, bytesEach: number): Buffer[] {
  const pieces = Array.from({ length: Math.ceil(text.length / bytesEach) }, (_, index) =>
    text.slice(index * bytesEach, (index + 1) * bytesEach),
  );
  return pieces.map((piece, index) =>
    encodeFrame(piece, { opcode: index === 0 ? 1 : 0, isFinal: index === pieces.length - 1 }),
  );
}

const matrix = limits.flatMap((limit, index) => [256, 1_024, 4_096, 131_072].map((piece) => ({ limit, piece, index })));

test.each(matrix)(
  "a message of the whole limit, $limit bytes, arrives in frames of $piece bytes",
  async ({ limit, piece, index }) => {
    const peer = await connect(gateways[index] as ProtocolGateway);
    peer.socket.write(Buffer.concat(inFragments(commandOf(limit), piece)));
    expect(await peer.heard((received) => received.includes('"id":2'))).toBe(true);
    peer.socket.destroy();
  },
);

test.each(limits)("a message of the whole limit, %i bytes, arrives as one frame over a slow line", async (limit) => {
  const peer = await connect(gateways[limits.indexOf(limit)] as ProtocolGateway);
  const frame = encodeFrame(commandOf(limit));
  // Each piece in a segment of its own, as far as the kernel allows.
  for (let start = 0; start < frame.length; start += 536) {
    peer.socket.write(frame.subarray(start, start + 536));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await peer.heard((received) => received.includes('"id":2'))).toBe(true);
  peer.socket.destroy();
});

test.each(limits)("below a limit of %i bytes, too, a message in frames of a byte ends with 1008", async (limit) => {
  const peer = await connect(gateways[limits.indexOf(limit)] as ProtocolGateway);
  const count = 200 + Math.ceil(limit / 256);
  peer.socket.write(Buffer.concat(inFragments("x".repeat(count), 1)));
  await peer.ended;
  expect([1008, 1009]).toContain(peer.closeCode);
});
