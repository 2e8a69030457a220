import { knownChannelName } from "@switchyard/broker/channel-name";
import type { NodeRegistry } from "@switchyard/broker/node-registry";
import type { Presence } from "@switchyard/broker/presence";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { createRedisPresence } from "@switchyard/broker/redis-presence";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let server: TestRedis;
let api: TestApi;
let registry: NodeRegistry;
let presence: Presence;

const node = {
  uid: "n1",
  name: "n1",
  version: "0",
  num_clients: 0,
  num_users: 0,
  num_subs: 0,
  num_channels: 0,
  uptime: 0,
};

beforeAll(async () => {
  server = await startTestRedis();
  api = await startTestApi(server.url);
  const { redis } = checkSettings({ redis: { url: server.url } });
  const logger = createLogger({ app: "test", level: "silent" });
  registry = await createRedisNodeRegistry({ redis, logger });
  await registry.start(() => node);
  presence = await createRedisPresence({ redis, logger, maxBytes: 1_000_000, onRestored: () => undefined });
});
afterAll(async () => {
  await presence.close();
  await registry.close();
  await api.close();
  await server.close();
});

const enter = (channel: string, user: string, client: string, info = "{}") =>
  presence.add(registry.lease, {
    channel: knownChannelName(channel),
    user,
    client,
    infoJson: `{"user":"${user}","client":"${client}","conn_info":${info}}`,
    isTold: false,
  });

test("shows who is there by client id, with their info as it was given", async () => {
  await enter("room:a", "ann", "c1", '{"id":9007199254740993}');
  await enter("room:a", "ann", "c2");
  await enter("room:a", "ben", "c3");
  const { json, text } = await api.post("/api/presence", { channel: "room:a" });
  expect(Object.keys(json.result.presence).toSorted()).toEqual(["c1", "c2", "c3"]);
  expect(json.result.presence["c3"]).toEqual({ user: "ben", client: "c3", conn_info: {} });
  expect(text).toContain('"conn_info":{"id":9007199254740993}');
  expect((await api.post("/api/presence_stats", { channel: "room:a" })).json).toEqual({
    result: { num_clients: 3, num_users: 2 },
  });
});

test("an empty channel has an empty presence", async () => {
  expect((await api.post("/api/presence", { channel: "room:empty" })).json).toEqual({ result: { presence: {} } });
  const stats = await api.post("/api/presence_stats", { channel: "room:empty" });
  expect(stats.json).toEqual({ result: { num_clients: 0, num_users: 0 } });
});

test.each(["presence", "presence_stats"])("%s of a namespace without presence is not available", async (method) => {
  const { status, json } = await api.post(`/api/${method}`, { channel: "chat:a" });
  expect([status, json.error.code]).toEqual([200, 108]);
  expect(json.error.message).toContain("set `presence` of its namespace");
  expect((await api.post(`/api/${method}`, { channel: "nowhere:a" })).json.error.code).toBe(102);
});
