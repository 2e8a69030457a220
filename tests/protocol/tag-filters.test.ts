import { startHub, type Hub } from "@switchyard/testkit/hub";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { Centrifuge, type FilterNode } from "centrifuge";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";

let hub: Hub;
beforeAll(async () => {
  const market = {
    name: "market",
    allow_subscribe_for_client: true,
    allow_tags_filter: true,
    history_size: 100,
    history_ttl: "60s",
    force_recovery: true,
  };
  const namespaces = [
    market,
    { ...market, name: "newest", force_recovery_mode: "cache", auto_cache_recover: true },
    { name: "plain", allow_subscribe_for_client: true },
  ];
  hub = await startHub({ gateways: 1, workers: 0, settings: { channel: { namespaces } } });
});
afterAll(() => hub?.close());

const connected = async () => {
  const peer = await connectPeer(hub.websocketUrl());
  await peer.call({ connect: { token: hub.token("u") } });
  return peer;
};
const publish = async (channel: string, data: number, tags?: Record<string, string>) => {
  const { body } = await hub.post("/api/publish", { channel, data, tags });
  return (body as { result: { offset: number; epoch: string } }).result;
};
const dear: FilterNode = {
  op: "and",
  nodes: [
    { key: "ticker", cmp: "in", vals: ["ЯНДЕКС", "GAZP"] },
    { op: "not", nodes: [{ key: "price", cmp: "lt", val: "100" }] },
  ],
};

test("the SDK with a filter gets exactly what matches, live and after it was away", async () => {
  const sdk = new Centrifuge(hub.websocketUrl(), {
    websocket: WebSocket,
    token: hub.token("u"),
    minReconnectDelay: 50,
  });
  const subscription = sdk.newSubscription("market:sdk", { tagsFilter: dear });
  const got: unknown[] = [];
  const recoveries: boolean[] = [];
  subscription.on("publication", ({ data, tags }) => void got.push([data, tags?.["price"]]));
  subscription.on("subscribed", ({ wasRecovering, recovered }) => void (wasRecovering && recoveries.push(recovered)));
  subscription.subscribe();
  sdk.connect();
  await subscription.ready(10_000);
  await publish("market:sdk", 1, { ticker: "ЯНДЕКС", price: "100" });
  await publish("market:sdk", 2, { ticker: "ЯНДЕКС", price: "99.99" });
  await publish("market:sdk", 3, { ticker: "SBER", price: "300" });
  await publish("market:sdk", 4, { ticker: "GAZP", price: "1e3" });
  await publish("market:sdk", 5);
  await publish("market:sdk", 6, { ticker: "GAZP", price: "170.5" });
  await eventually(() => expect(got.at(-1)).toEqual([6, "170.5"]));
  sdk.disconnect();
  await publish("market:sdk", 7, { ticker: "SBER", price: "300" });
  await publish("market:sdk", 8, { ticker: "GAZP", price: "200" });
  sdk.connect();
  await subscription.ready(10_000);
  await publish("market:sdk", 9, { ticker: "ЯНДЕКС", price: "5000" });
  await eventually(() => expect(got.at(-1)).toEqual([9, "5000"]));
  // An exponent is no number to a filter, and what is no number is not less than 100.
  expect(got.map((each) => (each as [number])[0])).toEqual([1, 4, 6, 8, 9]);
  expect(recoveries).toEqual([true]);
  sdk.disconnect();
});

test("a filter holds back in the reply what it would hold back live, and the reply says the offset that was asked from", async () => {
  const channel = "market:reply";
  const { epoch } = await publish(channel, 1, { kind: "a" });
  for (const [data, kind] of [
    [2, "b"],
    [3, "a"],
    [4, "b"],
  ] as const)
    await publish(channel, data, { kind });
  const peer = await connected();
  const tf = { key: "kind", cmp: "eq", val: "a" };
  const reply = await peer.call({ subscribe: { channel, tf, recover: true, offset: 1, epoch } });
  expect(reply["subscribe"]).toMatchObject({ recovered: true, offset: 1, publications: [{ offset: 3, data: 3 }] });
  await publish(channel, 5, { kind: "b" });
  await publish(channel, 6, { kind: "a" });
  expect(await peer.nextPush()).toMatchObject({ pub: { offset: 6, data: 6, tags: { kind: "a" } } });
  await peer.close();
});

test("a channel that hands out its newest publication hands out the newest that matches", async () => {
  const channel = "newest:1";
  await publish(channel, 1, { kind: "a" });
  for (let data = 2; data < 50; data++) await publish(channel, data, { kind: "b" });
  const tf = { key: "kind", cmp: "eq", val: "a" };
  // The third reading of a channel is shared, the first two are not.
  for (let client = 0; client < 3; client++) {
    const peer = await connected();
    const { subscribe } = await peer.call({ subscribe: { channel, tf } });
    expect(subscribe).toMatchObject({ recovered: true, publications: [{ offset: 1, data: 1 }] });
    await peer.close();
  }
});

test.each([
  ["plain:1", { key: "k", cmp: "eq", val: "v" }, "tf: the channel's namespace has no filters"],
  ["market:1", { key: "k", cmp: "like", val: "v" }, "tf.cmp: must be one of"],
  ["market:1", { op: "and", nodes: [{ cmp: "eq", val: "v" }] }, "tf.nodes[0].key: must name a tag"],
  ["market:1", {}, "tf.cmp"],
  ["market:1", 5, "tf: must be a filter node"],
])("into %s, a filter %j is refused with 107, and nothing of the channel is delivered", async (channel, tf, says) => {
  const peer = await connected();
  expect(await peer.call({ subscribe: { channel, tf } })).toMatchObject({
    error: { code: 107, message: expect.stringContaining(says) },
  });
  await publish(channel, 1, { k: "v" });
  await peer.call({ unsubscribe: { channel } });
  expect(peer.pushes).toEqual([]);
  await peer.close();
});
