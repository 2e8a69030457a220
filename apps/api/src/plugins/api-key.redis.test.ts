import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiKey, startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const scopeOf = {
  "POST /api/publish": "publish",
  "POST /api/broadcast": "publish",
  "POST /api/subscribe": "subscribe",
  "POST /api/unsubscribe": "subscribe",
  "POST /api/disconnect": "disconnect",
  "POST /api/refresh": "disconnect",
  "POST /api/revoke": "disconnect",
  "POST /api/presence": "presence",
  "POST /api/presence_stats": "presence",
  "POST /api/history": "history",
  "POST /api/history_remove": "history",
  "POST /api/info": "info",
  "POST /api/block_user": "disconnect",
  "POST /api/invalidate_user_tokens": "disconnect",
  "POST /api/connections": "connections",
  "POST /api/get_user_status": "connections",
  "GET /v1/connections": "connections",
  "GET /v1/users/ann/status": "connections",
  "GET /v1/users/ann/block": "disconnect",
  "POST /v1/users/ann/close": "disconnect",
  "POST /v1/connections/c1/channels": "subscribe",
  "POST /v1/connections/c1/message": "publish",
  "POST /api/batch": undefined,
  "POST /v1/tasks": "tasks",
  "GET /v1/tasks/t_1": "tasks",
};
const protectedPaths = Object.keys(scopeOf);

test.each(protectedPaths)("%s is refused without the key, before anything is read of the body", async (line) => {
  const [method = "", path = ""] = line.split(" ");
  const options =
    method === "POST" ? { headers: { "x-api-key": "" }, body: "{broken" } : { headers: { "x-api-key": "" } };
  const answer = await api.request(method, path, options);
  expect(answer.status).toBe(401);
  expect(answer.json.error.message).toContain("send the API key in the header X-API-Key");
  expect(answer.json.error.code).toBe(path.startsWith("/api/") ? 101 : "unauthorized");
});

test("Centrifugo's Authorization form is taken, also beside an empty X-API-Key", async () => {
  const headers = { "x-api-key": "", authorization: `apikey ${apiKey}` };
  expect((await api.request("POST", "/api/info", { headers })).status).toBe(200);
  const response = await fetch(`${api.url}/api/info`, {
    method: "POST",
    headers: { authorization: headers.authorization },
  });
  expect(response.status).toBe(200);
});

test.each([`${apiKey}x`, apiKey.slice(1), apiKey.toUpperCase(), `${apiKey}, ${apiKey}`])(
  "the key %s is wrong",
  async (key) => {
    const answer = await api.request("POST", "/api/info", { headers: { "x-api-key": key } });
    expect(answer.status).toBe(401);
    expect(answer.json.error.message).toContain("the API key is wrong");
    expect(answer.text).not.toContain(apiKey);
  },
);

test("a key in the URL is refused with the reason", async () => {
  const response = await fetch(`${api.url}/api/info?api_key=${apiKey}`, { method: "POST" });
  expect(response.status).toBe(401);
  expect(await response.text()).toContain("a key in the URL ends up in access logs");
});

/** A key for each scope, named after it. */
const keys = [...new Set(Object.values(scopeOf))]
  .filter((scope) => scope !== undefined)
  .map((scope) => ({ name: scope, key: `test-key-for-${scope}-0123456789`, scopes: [scope] }));

describe("with keys that have scopes", () => {
  let scoped: TestApi;

  beforeAll(async () => {
    scoped = await startTestApi(redis.url, { http_api: { key: apiKey, keys } });
  });
  afterAll(() => scoped.close());

  const call = (line: string, key: string, body: object) => {
    const [method = "", path = ""] = line.split(" ");
    return scoped.request(method, path, { headers: { "x-api-key": key }, ...(method === "POST" && { body }) });
  };

  const open = (own: string) => Object.entries(scopeOf).filter(([, scope = own]) => scope === own);
  const closed = (own: string) => Object.entries(scopeOf).filter(([, scope = own]) => scope !== own);

  test.each(keys)("the key of $name opens what its scope names", async ({ name, key }) => {
    for (const [line] of open(name)) expect([line, (await call(line, key, {})).status]).not.toEqual([line, 403]);
  });

  test.each(keys)("the key of $name is told which scope it lacks for the rest", async ({ name, key }) => {
    for (const [line, scope] of closed(name)) {
      const { status, json, text } = await call(line, key, {});
      expect([line, status]).toEqual([line, 403]);
      expect(json.error.code).toBe(line.includes("/api/") ? 103 : "forbidden");
      expect(json.error.message).toContain(`the key \`${name}\` lacks the scope \`${scope}\``);
      expect(text).not.toContain(key);
    }
  });

  test("the hub's own key still opens everything", async () => {
    for (const line of protectedPaths) expect([line, (await call(line, apiKey, {})).status]).not.toEqual([line, 403]);
  });

  test("in a batch each command needs its own scope", async () => {
    const key = keys.find(({ name }) => name === "publish")?.key ?? "";
    const commands = [{ info: {} }, { publish: { channel: "chat:scoped", data: 1 } }];
    expect((await call("POST /api/batch", key, { commands })).json.replies).toEqual([
      { error: { code: 103, message: expect.stringContaining("lacks the scope `info`") } },
      { publish: { offset: 1, epoch: expect.any(String) } },
    ]);
  });
});

describe("with a key that is bound to namespaces", () => {
  let bound: TestApi;
  const holder = {
    name: "shop",
    key: "test-key-of-the-shop-0123456789",
    scopes: ["publish", "subscribe", "presence", "history", "info"],
    namespaces: ["feed", "user", ""],
  };
  const namespaces = [
    { name: "feed", history_size: 5, history_ttl: "60s" },
    { name: "chat", presence: true, history_size: 5, history_ttl: "60s" },
  ];

  beforeAll(async () => {
    bound = await startTestApi(redis.url, { http_api: { key: apiKey, keys: [holder] }, channel: { namespaces } });
  });
  afterAll(() => bound.close());

  const call = async (method: string, body: object, key = holder.key) =>
    (await bound.request("POST", `/api/${method}`, { headers: { "x-api-key": key }, body })).json;
  const outOfReach = { code: 103, message: expect.stringContaining("the key `shop` is bound to namespaces") };

  test("channels of its own are open to it", async () => {
    for (const body of [{ channel: "feed:1" }, { channel: "$feed:1" }, { user: "ann" }, { channel: "plain" }]) {
      expect(await call("publish", { ...body, data: 1 })).toHaveProperty("result");
    }
    expect(await call("history", { channel: "feed:1" })).toHaveProperty("result");
  });

  test.each([
    ["publish", { channel: "chat:1", data: 1 }],
    ["publish", { channel: "$chat:1", data: 1 }],
    ["publish", { channel: "nowhere:1", data: 1 }],
    ["publish", { all: true, data: 1 }],
    ["publish", { client: "c", data: 1 }],
    ["subscribe", { channel: "chat:1", user: "ann" }],
    ["unsubscribe", { channel: "chat:1", user: "ann" }],
    ["presence", { channel: "chat:1" }],
    ["presence_stats", { channel: "chat:1" }],
    ["history", { channel: "chat:1" }],
    ["history_remove", { channel: "chat:1" }],
  ])("%s of %j is closed to it, and open to the hub's own key", async (method, body) => {
    expect(await call(method, body)).toEqual({ error: outOfReach });
    expect((await call(method, body, apiKey)).error?.message ?? "").not.toContain("bound to namespaces");
  });

  test("of many channels those in reach are served", async () => {
    const responses = [{ result: expect.anything() }, { error: outOfReach }];
    expect(await call("broadcast", { channels: ["feed:1", "chat:1"], data: 1 })).toEqual({ result: { responses } });
    const commands = [{ publish: { channel: "feed:1", data: 1 } }, { publish: { channel: "chat:1", data: 1 } }];
    expect(await call("batch", { commands })).toEqual({
      replies: [{ publish: expect.anything() }, { error: outOfReach }],
    });
  });
});

test("a hub without a key refuses everybody, the empty key included, and says how to set one", async () => {
  const closed = await startTestApi(redis.url, { http_api: { key: "" } });
  try {
    const answer = await closed.request("POST", "/api/info", { headers: { "x-api-key": "" } });
    expect(answer.status).toBe(401);
    expect(answer.json.error.message).toContain("set SWITCHYARD_API_KEY");
  } finally {
    await closed.close();
  }
});
