import type { ReceivedPublication } from "@switchyard/broker/broker";
import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisBroker } from "@switchyard/broker/redis-broker";
import { createRedisOccupancy } from "@switchyard/broker/redis-occupancy";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { createRedisPresence } from "@switchyard/broker/redis-presence";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import Pusher from "pusher";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { callSigned, pusherKey, pusherSecret, pusherSettings, type SignedCall } from "../testing/call-signed.ts";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

const logger = createLogger({ app: "test", level: "fatal" });
const stack = createReleaseStack();
const heard: { readonly channel: string; readonly exclude: string | undefined; readonly data: unknown }[] = [];
let server: TestRedis;
let api: TestApi;
let pusher: Pusher;
beforeAll(async () => {
  server = stack.use(await startTestRedis());
  api = stack.use(await startTestApi(server.url, pusherSettings));
  const redis = { url: server.url, prefix: "sy" };
  pusher = new Pusher({
    appId: "3",
    key: pusherKey,
    secret: pusherSecret,
    host: "127.0.0.1",
    port: new URL(api.url).port,
    useTLS: false,
  });
  const onPublication = (channel: string, { body, exclude }: ReceivedPublication) =>
    heard.push({ channel, exclude, data: (JSON.parse(body.toString()) as { data: unknown }).data });
  const rules = createChannelRules(checkSettings(pusherSettings).channel);
  const onRestored = () => undefined;
  const broker = stack.use(await createRedisBroker({ redis, logger, rules, onPublication, onRestored }));
  const channels = ["app:news", "app:private-x", "app:cache-1", "user:app:u1", "other:news"];
  for (const channel of channels) await broker.subscribe(knownChannelName(channel));
  await fill(redis);
});
afterAll(() => stack.close());
beforeEach(() => void heard.splice(0));

/** Somebody is in some channels, on a node that lives. */
async function fill(redis: { url: string; prefix: string }): Promise<void> {
  const registry = stack.use(await createRedisNodeRegistry({ redis, logger }));
  const noCounts = { num_clients: 0, num_users: 0, num_subs: 0, num_channels: 0, uptime: 0 };
  await registry.start(() => ({ uid: "n", name: "n", version: "v", ...noCounts }));
  const options = { redis, logger, onRestored: () => undefined };
  const occupancy = stack.use(
    await createRedisOccupancy({ ...options, tells: () => ({ edges: false, counts: false }) }),
  );
  const counts = { news: 2, "private-x": 1, "presence-a": 3, "presence-b": 1, "cache-1": 1 };
  await occupancy.write("3", "n", new Map(Object.entries(counts)));
  await occupancy.write("4", "n", new Map([["secrets", 1]]));
  const presence = stack.use(await createRedisPresence({ ...options, maxBytes: 1_000_000 }));
  for (const [client, user] of [
    ["c1", "u1"],
    ["c2", "u1"],
    ["c3", "u2"],
  ] as const) {
    const info = { user, client };
    const channel = knownChannelName("app:presence-a");
    await presence.add("n", { channel, client, user, infoJson: JSON.stringify(info), isTold: false });
  }
}

const call = (asked: SignedCall) => callSigned(api.url, asked);

test("an event reaches its channels as it was sent, to all but the connection that is named", async () => {
  const response = await pusher.trigger(["news", "private-x"], "paid", { id: 9 }, { socket_id: "12.34" });
  expect([response.status, await response.text()]).toEqual([200, "{}"]);
  await eventually(() => expect(heard).toHaveLength(2));
  const data = { event: "paid", data: '{"id":9}' };
  expect(heard).toEqual(["app:news", "app:private-x"].map((channel) => ({ channel, exclude: "12.34", data })));
});

test("a user is sent to by the channel of their own, which is that of the hub's user", async () => {
  await pusher.sendToUser("u1", "hello", { n: 1 });
  await eventually(() => expect(heard).toHaveLength(1));
  expect(heard[0]).toMatchObject({ channel: "user:app:u1", data: { event: "hello" } });
});

test("the events of a batch are published in their order, and answered by their place", async () => {
  const batch = Array.from({ length: 10 }, (_, n) => ({ channel: "news", name: "n", data: String(n) }));
  expect(await (await pusher.triggerBatch(batch)).text()).toBe("{}");
  await eventually(() =>
    expect(heard.map(({ data }) => (data as { data: string }).data)).toEqual(batch.map((event) => event.data)),
  );
  const asked = [
    { ...batch[0], info: "subscription_count,user_count" },
    { name: "n", data: "x", channel: "presence-a", info: "user_count" },
    { name: "n", data: "x", channel: "presence-a" },
  ];
  const { text } = await call({ path: "/apps/3/batch_events", body: JSON.stringify({ batch: asked }) });
  expect(JSON.parse(text)).toEqual({ batch: [{ subscription_count: 2 }, { user_count: 2 }, {}] });
});

test("with `info` an event is answered with what its channels have", async () => {
  const options = { info: "user_count,subscription_count" };
  const response = await pusher.trigger(["presence-a", "news", "empty"], "e", "x", options);
  expect(await response.json()).toEqual({
    channels: {
      "presence-a": { user_count: 2, subscription_count: 3 },
      news: { subscription_count: 2 },
      empty: { subscription_count: 0 },
    },
  });
});

const get = async (path: string, params: Record<string, string> = {}) => {
  const response = await pusher.get({ path, params });
  return response.json();
};

test("channels are listed by prefix with what was asked for, and only those of the app", async () => {
  expect(await get("/channels")).toEqual({
    channels: { news: {}, "private-x": {}, "presence-a": {}, "presence-b": {}, "cache-1": {} },
  });
  expect(await get("/channels", { filter_by_prefix: "presence-", info: "user_count,subscription_count" })).toEqual({
    channels: {
      "presence-a": { user_count: 2, subscription_count: 3 },
      "presence-b": { user_count: 0, subscription_count: 1 },
    },
  });
});

test("a channel says whether it is occupied, who is in it, and what a cache channel keeps", async () => {
  expect(await get("/channels/news")).toEqual({ occupied: true });
  expect(await get("/channels/nobody", { info: "subscription_count" })).toEqual({
    occupied: false,
    subscription_count: 0,
  });
  expect(await get("/channels/presence-a", { info: "user_count" })).toEqual({ occupied: true, user_count: 2 });
  expect(await get("/channels/presence-a/users")).toEqual({ users: [{ id: "u1" }, { id: "u2" }] });
  expect(await get("/channels/cache-1", { info: "cache" })).toEqual({ occupied: true, cache: null });
  await pusher.trigger("cache-1", "price", { usd: 1 });
  const { cache } = (await get("/channels/cache-1", { info: "cache" })) as { cache: { data: string; ttl: number } };
  expect(cache.data).toBe('{"usd":1}');
  expect(cache.ttl).toBeGreaterThan(1_700);
  expect(cache.ttl).toBeLessThanOrEqual(1_800);
});

test("terminating the connections of a user is answered by `{}`, also where there are none", async () => {
  const response = await pusher.terminateUserConnections("u1");
  expect([response.status, await response.text()]).toEqual([200, "{}"]);
});

test("while Redis is away an event is answered by 503 or 504, and nothing is said to be done", async () => {
  server.signal("SIGSTOP");
  const body = JSON.stringify({ name: "e", data: "x", channels: ["news"] });
  const answer = await call({ path: "/apps/3/events", body });
  server.signal("SIGCONT");
  expect([503, 504]).toContain(answer.status);
  expect(answer.text).toContain("Redis");
});
