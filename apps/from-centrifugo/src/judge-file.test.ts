import { expect, test } from "vitest";
import { centrifugoKeys } from "./centrifugo-keys.ts";
import { judgeFile } from "./judge-file.ts";
import { setAt } from "./leaves.ts";
import { settingsKeys } from "./settings-keys.ts";

const secret = "a-secret-that-is-longer-than-32-characters";
const verdictsOf = (file: object) =>
  Object.fromEntries(judgeFile(file as never).judgements.map(({ path, verdict }) => [path, verdict]));
const settingsOf = (file: object) => judgeFile(file as never).settings;

test("a file whose keys are all here stays as it is, and would start", () => {
  const file = {
    client: { allowed_origins: ["https://app.example.com"], token: { hmac_secret_key: secret }, channel_limit: 64 },
    channel: {
      without_namespace: { presence: true },
      namespaces: [{ name: "feed", history_size: 10, history_ttl: "60s", force_recovery: true }, { name: "chat" }],
    },
    http_api: { key: "a-key-of-an-api-that-is-long" },
  };
  const judged = judgeFile(file);
  expect(judged.settings).toEqual(file);
  expect(judged.problems).toEqual([]);
  expect(judged.judgements.map(({ verdict }) => verdict)).not.toContain("refused");
});

test("what has another name here is written under it, in one URL for all that names a Redis", () => {
  const file = {
    http_server: { address: "" },
    engine: {
      type: "redis",
      redis: { address: "redis.example:6380", user: "hub", password: "p@ss/%41", db: 3, tls: { enabled: true } },
    },
    websocket: { message_size_limit: 131_072 },
    node: { name: "edge-1" },
    admin: { enabled: true, password: "a-password-of-operators" },
  };
  expect(settingsOf(file)).toEqual({
    gateway: { host: "::", name: "edge-1" },
    api: { host: "::" },
    redis: { url: "rediss://hub:p%40ss%2F%2541@redis.example:6380/3" },
    client: { message_size_limit: 131_072 },
    ops: { password: "a-password-of-operators" },
  });
  expect(Object.values(verdictsOf(file))).not.toContain("refused");
});

test.each([
  ["redis://127.0.0.1:6379", "redis://127.0.0.1:6379"],
  [["unix:///run/redis.sock"], "unix:///run/redis.sock"],
  ["tcp://10.0.0.1:6379", "redis://10.0.0.1:6379"],
  ["rediss://user:secret@10.0.0.1:6379/2", "rediss://user:secret@10.0.0.1:6379/2"],
])("the address %j of a Redis is %s here", (address, url) => {
  expect(settingsOf({ engine: { redis: { address } } })).toEqual({ redis: { url } });
});

test("several Redis are refused, in a list and with commas", () => {
  for (const address of [["a:1", "b:1"], "a:1,b:1"]) {
    expect(verdictsOf({ engine: { redis: { address } } })).toEqual({ "engine.redis.address": "refused" });
  }
});

test("what asks for what is not here is refused, and ignored where it asks for nothing", () => {
  const refused = {
    "grpc_api.enabled": "refused",
    "channel.namespace_boundary": "refused",
    "channel.namespaces[0].subscription_type": "refused",
    "broker.enabled": "refused",
  };
  const file = (isOn: boolean) => ({
    grpc_api: { enabled: isOn, port: 10_000 },
    channel: {
      namespace_boundary: isOn ? "/" : ":",
      namespaces: [{ name: "feed", subscription_type: isOn ? "map" : "stream" }],
    },
    broker: { enabled: isOn, type: "nats" },
  });
  expect(verdictsOf(file(true))).toMatchObject({ ...refused, "grpc_api.port": "ignored", "broker.type": "ignored" });
  expect(Object.values(verdictsOf(file(false)))).not.toContain("refused");
});

test("a key that nobody knows is refused, with the one that was probably meant", () => {
  const { judgements } = judgeFile({ client: { chanel_limit: 1 }, clickhouse_analytics: { enabled: true } });
  expect(judgements).toMatchObject([
    { path: "client.chanel_limit", verdict: "refused", says: expect.stringContaining("is it `client.channel_limit`?") },
    { path: "clickhouse_analytics.enabled", verdict: "refused", says: expect.stringContaining("commercial edition") },
  ]);
});

test("a section without keys asks for nothing, one that is a value is refused", () => {
  expect(verdictsOf({ channel: { namespaces: [] }, proxies: [], client: {} })).toMatchObject({
    "channel.namespaces": "ignored",
    proxies: "ignored",
  });
  expect(verdictsOf({ client: "x", channel: { namespaces: "feed" } })).toEqual({
    client: "refused",
    "channel.namespaces": "refused",
  });
});

test("a value that no process would start with is refused with what the process would say, under the key it came from", () => {
  const file = {
    client: { token: { hmac_secret_key: "short" }, ping_interval: "-1s" },
    channel: { namespaces: [{ name: "a.b" }, { name: "user" }] },
    admin: { password: "x" },
  };
  const says = new Map(judgeFile(file).judgements.map((judgement) => [judgement.path, judgement.says]));
  expect(Object.values(verdictsOf(file))).toEqual(["refused", "refused", "refused", "refused", "refused"]);
  expect(says.get("client.token.hmac_secret_key")).toMatch(/32 characters or more, and has 5.*allow_short_secrets/);
  expect(says.get("channel.namespaces[1].name")).toContain("is taken");
  expect(says.get("admin.password")).toContain("ops.password: must have 12");
});

test("durations as Go writes them are written in one unit", () => {
  const file = { client: { ping_interval: "1m30s", pong_timeout: "8s", expired_close_delay: 0 } };
  expect(settingsOf(file)).toEqual({ client: { ping_interval: "90s", pong_timeout: "8s", expired_close_delay: "0s" } });
  expect(verdictsOf(file)).toEqual({
    "client.ping_interval": "differs",
    "client.pong_timeout": "taken",
    "client.expired_close_delay": "differs",
  });
});

/** What is neither off nor empty in the file that `centrifugo defaultconfig` writes, and has no setting of the same name here. */
const defaults: Readonly<Record<string, unknown>> = {
  "http_server.address": "",
  "http_server.port": 8_000,
  "http_server.tls_autocert.http_addr": ":80",
  "engine.type": "memory",
  "engine.redis.address": ["redis://127.0.0.1:6379"],
  "engine.redis.prefix": "centrifugo",
  "engine.redis.db": 0,
  "engine.redis.user": "",
  "engine.redis.password": "",
  "engine.redis.connect_timeout": "1s",
  "engine.redis.presence_ttl": "1m0s",
  "broker.type": "memory",
  "map_broker.type": "memory",
  "client.presence_update_interval": "27s",
  "channel.private_prefix": "$",
  "channel.namespace_boundary": ":",
  "channel.user_boundary": "#",
  "channel.user_separator": ",",
  "http_api.handler_prefix": "/api",
  "grpc_api.port": 10_000,
  "websocket.handler_prefix": "/connection/websocket",
  "websocket.compression_min_size": 0,
  "websocket.message_size_limit": 65_536,
  "websocket.write_timeout": "1s",
  "sse.handler_prefix": "/connection/sse",
  "http_stream.handler_prefix": "/connection/http_stream",
  "uni_sse.handler_prefix": "/connection/uni_sse",
  "uni_http_stream.handler_prefix": "/connection/uni_http_stream",
  "uni_websocket.handler_prefix": "/connection/uni_websocket",
  "emulation.handler_prefix": "/emulation",
  "admin.password": "",
  "node.name": "",
  "graphite.host": "localhost",
};

test("what a file asks for that is as Centrifugo writes it by itself can be had, all of it", () => {
  const file: Record<string, unknown> = { channel: { namespaces: [] }, consumers: [], proxies: [] };
  for (const key of centrifugoKeys) {
    if (key.includes("[]")) continue;
    setAt(file, key, key in defaults ? defaults[key] : (settingsKeys.get(key)?.default ?? false));
  }
  const { judgements, problems } = judgeFile(file);
  expect(judgements.filter(({ verdict }) => verdict === "refused")).toEqual([]);
  expect(problems).toEqual([]);
  expect(judgements.length).toBeGreaterThan(400);
});
