import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol-gateway.ts";

/** A client that asks for what the hub does not have is told so; it never gets something else in its place. */

let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(() => gateway?.close());

const filter = { key: "tenant", cmp: "eq", val: "7" };

test.each([
  ["a map", { type: 1 }, "subscribe.type"],
  ["a map of clients", { type: 2 }, "subscribe.type"],
  ["a map of users", { type: 3, phase: 1, limit: 100 }, "subscribe.type"],
  ["a shared poll", { type: 4 }, "subscribe.type"],
])("a subscription with %s is refused with 108, and nothing of the channel is delivered", async (_, wish, field) => {
  const peer = await gateway.connected();
  const channel = gateway.channel();
  expect(await peer.call({ subscribe: { channel, ...wish } })).toMatchObject({
    error: { code: 108, message: expect.stringContaining(field) },
  });
  const writer = await gateway.connected("writer");
  await writer.call({ subscribe: { channel } });
  await writer.call({ publish: { channel, data: 1 } });
  await writer.nextPush();
  // Asked after the publication was delivered to the writer: had the peer been subscribed, it would have come by now.
  await peer.call({ unsubscribe: { channel } });
  expect(peer.pushes).toEqual([]);
  await Promise.all([peer.close(), writer.close()]);
});

test("a filter on a subscription of the server's makes connect fail with 108", async () => {
  const peer = await connectPeer(gateway.url);
  const connect = { token: mintToken(gateway.secret, { sub: "u" }), subs: { "user:u": { recover: true, tf: filter } } };
  expect(await peer.call({ connect })).toMatchObject({ error: { code: 108 } });
  peer.terminate();
});

test("publishing into a map and following keys are refused with 108", async () => {
  const peer = await gateway.connected();
  const channel = gateway.channel();
  await peer.call({ subscribe: { channel } });
  expect(await peer.call({ publish: { channel, data: 1, type: 1, key: "k" } })).toMatchObject({ error: { code: 108 } });
  expect(await peer.call({ publish: { channel, key: "k", removed: true } })).toMatchObject({ error: { code: 108 } });
  const track = [{ items: [{ key: "k" }], signature: "s" }];
  expect(await peer.call({ sub_refresh: { channel, type: 4, track } })).toMatchObject({ error: { code: 108 } });
  await peer.close();
});

test("who asks for deltas where there are none is not given them: no `delta` in the reply, and publications come whole", async () => {
  const peer = await gateway.connected();
  const channel = gateway.channel();
  const reply = await peer.call({ subscribe: { channel, delta: "fossil", flag: 1, type: 0, tf: null } });
  expect(reply["subscribe"]).toEqual({});
  await peer.call({ publish: { channel, data: { a: 1 } } });
  expect(await peer.nextPush()).toMatchObject({ pub: { data: { a: 1 } } });
  await peer.close();
});
