import { eventually } from "@switchyard/testkit/eventually";
import { encodeFrame, openRawWebSocket } from "@switchyard/testkit/raw-websocket";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEchoGateway, type EchoGateway } from "./testing/echo-gateway.ts";

const limit = 8_192;
let gateway: EchoGateway;
beforeAll(async () => {
  gateway = await startEchoGateway(limit);
});
afterAll(() => gateway.close());

test("a message of the whole limit comes through, and one of a byte more ends its line with 1009", async () => {
  const peer = await openRawWebSocket(gateway.port);
  peer.socket.write(encodeFrame("x".repeat(limit)));
  expect(await peer.heard((received) => received.length >= limit)).toBe(true);
  peer.socket.write(encodeFrame("x".repeat(limit + 1)));
  await peer.ended;
  expect(peer.closeCode).toBe(1009);
});

test("a peer that ends its side without a close frame, and reads nothing, holds its socket for the close timeout", async () => {
  const before = await gateway.openSockets();
  const peer = await openRawWebSocket(gateway.port);
  peer.socket.pause();
  // More than the kernel takes: the end of our side waits behind it.
  peer.socket.write(Buffer.concat(Array.from({ length: 1_500 }, () => encodeFrame("x".repeat(limit)))));
  peer.socket.end();
  await eventually(async () => expect(await gateway.openSockets()).toBe(before), { timeoutMs: 9_000 });
  peer.socket.destroy();
});
