import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { encodeFrame, openRawWebSocket } from "@switchyard/testkit/raw-websocket";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(() => gateway?.close());

test("who ends its side and takes nothing more is given up within the close timeout, whatever waits for it", async () => {
  const channel = gateway.channel();
  const reader = await openRawWebSocket(Number(new URL(gateway.url).port));
  const connect = { id: 1, connect: { token: mintToken(gateway.secret, { sub: "gone" }) } };
  const commands = [connect, { id: 2, subscribe: { channel } }];
  reader.socket.write(encodeFrame(commands.map((one) => JSON.stringify(one)).join("\n")));
  expect(await reader.heard((received) => received.includes('"id":2'))).toBe(true);
  reader.socket.pause();
  const publisher = await gateway.connected("publisher");
  await publisher.call({ subscribe: { channel } });
  // More than the kernel takes, less than the outbox does beside it.
  const data = "x".repeat(60_000);
  await Promise.all(Array.from({ length: 75 }, () => publisher.call({ publish: { channel, data } })));
  expect(await metrics()).toContain("switchyard_gateway_connections 2\n");
  reader.socket.end();
  await eventually(async () => expect(await metrics()).toContain("switchyard_gateway_connections 1\n"), {
    timeoutMs: 10_000,
  });
  await publisher.close();
});

async function metrics(): Promise<string> {
  const url = new URL("/metrics", gateway.url.replace("ws:", "http:"));
  return (await fetch(url)).text();
}

test("who stops reading is given up when the bound is reached, whether or not it answers, and counted with 3008", async () => {
  const channel = gateway.channel();
  const reader = await openRawWebSocket(Number(new URL(gateway.url).port));
  const connect = { id: 1, connect: { token: mintToken(gateway.secret, { sub: "slow" }) } };
  reader.socket.write(
    encodeFrame([connect, { id: 2, subscribe: { channel } }].map((one) => JSON.stringify(one)).join("\n")),
  );
  expect(await reader.heard((received) => received.includes('"id":2'))).toBe(true);
  reader.socket.pause();

  const publisher = await gateway.connected("publisher");
  await publisher.call({ subscribe: { channel } });
  // The kernel's buffers take some megabytes before the outbox begins to fill. All of it is sent well within the five seconds
  // a peer has to answer a close frame.
  const data = "x".repeat(60_000);
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 40 }, () => publisher.call({ publish: { channel, data } })));
  }
  expect(await metrics()).toContain("switchyard_gateway_connections 1\n");

  reader.socket.resume();
  await reader.ended;
  expect(reader.closeCode).toBe(3008);
  await eventually(async () => expect(await metrics()).toContain('disconnects_total{code="3008"} 1\n'));
  await publisher.close();
});
