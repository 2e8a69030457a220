import { createChannelRules } from "@switchyard/broker/channel-rules";
import type { ConnectionDetail, NodeCommand } from "@switchyard/broker/node-command";
import { createRedisBroker } from "@switchyard/broker/redis-broker";
import { createRedisConnectionWriter } from "@switchyard/broker/redis-connection-writer";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKey, startTestApi, type TestApi } from "../../testing/test-api.ts";

// What it does to connections is in tests/connections.

/** A gateway with one connection, in two channels, and one of which the index does not know yet. */
let redis: TestRedis;
let api: TestApi;
let gateway: Awaited<ReturnType<typeof createRedisBroker>>;
let writer: Awaited<ReturnType<typeof createRedisConnectionWriter>>;
const heard: NodeCommand[] = [];
const detail: ConnectionDetail = {
  client: "known",
  user: "ann",
  channels: [
    { channel: "chat:a", isServerSide: false },
    { channel: "live:b", isServerSide: true },
  ],
  expiresAtMs: null,
};
const keys = [
  { name: "chat", key: "key-of-the-chat-alone", scopes: ["connections", "publish", "subscribe"], namespaces: ["chat"] },
];

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, { http_api: { key: apiKey, keys } });
  const settings = checkSettings({ redis: { url: redis.url } });
  const shared = { redis: settings.redis, logger: createLogger({ app: "test", level: "silent" }) };
  const nothing = { onPublication: () => 0, onRestored: () => undefined };
  gateway = await createRedisBroker({ ...shared, ...nothing, rules: createChannelRules(settings.channel) });
  await gateway.answerCommands("node", {
    apply(command) {
      heard.push(command);
      return "client" in command.target && ["known", "fresh"].includes(command.target.client) ? 1 : 0;
    },
    take: () => 0,
    answer: ({ client }) => (client === "known" ? detail : undefined),
    listChannels: () => [],
  });
  const tells = { connections: false, users: false, vacantMs: 0, laneMaxBytes: 0 };
  writer = await createRedisConnectionWriter({ ...shared, tells, onRestored: () => undefined });
  const facts = { user: "ann", door: "centrifuge", transport: "websocket", protocol: "json", connectedAtMs: 1_000 };
  const gone = { ...facts, user: "ben" };
  await redis.command("ZADD", "sy:hub:{nodes}:expiry", String(Date.now() + 600_000), "node");
  const open = new Map([
    ["known", { facts, isKnown: false }],
    ["gone", { facts: gone, isKnown: false }],
  ]);
  await writer.write({ lease: "node", formerLease: undefined, open, subscriptions: [], closed: new Map() });
});
afterAll(async () => {
  await Promise.all([writer.close(), gateway.close(), api.close()]);
  await redis.close();
});

const asChat = { headers: { "x-api-key": "key-of-the-chat-alone" } };

test("a key that is bound to namespaces hears of no channel elsewhere, and sends nothing past channels", async () => {
  const { json } = await api.request("GET", "/v1/connections/known", asChat);
  expect(json).toMatchObject({ channels: [{ channel: "chat:a", serverSide: false }] });
  expect((await api.get("/v1/connections/known")).json).toMatchObject({ channels: [{}, { channel: "live:b" }] });
  const listed = await api.request("POST", "/api/connections", { ...asChat, body: { user: "ann" } });
  expect(listed.json.result).toMatchObject({ connections: { known: { state: { channels: { "chat:a": {} } } } } });
  expect(listed.text).not.toContain("live:b");
  const move = { ...asChat, body: { subscribe: ["chat:c", "live:b"] } };
  const moved = await api.request("POST", "/v1/connections/known/channels", move);
  expect([moved.status, moved.json.error.field]).toEqual([403, "subscribe[1]"]);
  const sent = await api.request("POST", "/v1/connections/known/message", { ...asChat, body: { data: 1 } });
  expect(sent.status).toBe(403);
});

test("a connection that the index does not know yet is found where it is, and one that its gateway does not know is gone", async () => {
  expect((await api.post("/v1/connections/fresh/close", {})).json).toEqual({ connections: 1 });
  expect(heard.at(-1)).toMatchObject({ kind: "disconnect", target: { client: "fresh" } });
  for (const path of ["/v1/connections/gone", "/v1/connections/nobody"]) {
    expect((await api.get(path)).json.error).toMatchObject({ code: "connection_unknown", field: "client" });
  }
  expect((await api.post("/v1/connections/gone/close", {})).status).toBe(404);
  expect((await api.post("/api/connections", { user: "ben" })).json).toEqual({ result: { connections: {} } });
});

test("numbers in a message arrive as they were sent", async () => {
  await api.post("/v1/connections/known/message", '{"data":{"id":9007199254740993}}');
  expect(heard.at(-1)).toMatchObject({ kind: "message", dataJson: '{"id":9007199254740993}' });
});

test("without an index its settings are named, and what needs none goes on", async () => {
  const events = { connection_index: false };
  const blind = await startTestApi(redis.url, { events });
  for (const path of ["/v1/connections", "/v1/connections/known", "/v1/users/ann/status", "/v1/channels"]) {
    const { status, json } = await blind.get(path);
    expect({ path, status, ...json.error }).toMatchObject({ path, status: 501, code: "not_configured" });
    expect(json.error.message).toMatch(/events\.(?:connection|channel)_index/);
  }
  expect((await blind.post("/v1/connections/known/close", {})).json).toEqual({ connections: 1 });
  expect((await blind.post("/api/get_user_status", { users: ["ann"] })).json.error.code).toBe(108);
  await blind.close();
});
