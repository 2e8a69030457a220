import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKey, startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

const scopes = ["publish", "tasks", "history"];
const tenants = [
  { name: "shop", key: "key-of-the-shop-1", scopes },
  // Its name and a key of its own put together must not look like those of another.
  { name: 'shop","', key: "key-of-the-shop-2", scopes },
  { name: "http_api.key", key: "key-of-the-shop-3", scopes },
];
const keys = [apiKey, ...tenants.map(({ key }) => key)];

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, { http_api: { key: apiKey, keys: tenants } });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  api.request("POST", path, { body, headers });
const as = (key: string, header?: string) => ({
  "x-api-key": key,
  ...(header !== undefined && { "idempotency-key": header }),
});
const published = async (channel: string) =>
  (await api.post("/api/history", { channel, limit: 100 })).json.result.publications.length;

test("the same key of two holders is two tasks, and neither learns of the other", async () => {
  const request = { handler: "test", data: 1, idempotencyKey: "order-1" };
  const answers = [];
  for (const key of keys) answers.push(await post("/v1/tasks", request, as(key)));
  expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 202));
  expect(new Set(answers.map(({ json }) => json.id)).size).toBe(keys.length);
  // Nor by another body: that would be 422 to the holder of the key.
  const other = { ...request, data: 2 };
  expect((await post("/v1/tasks", { ...other, idempotencyKey: "order-2" }, as(keys[1] ?? ""))).status).toBe(202);
  expect((await post("/v1/tasks", { ...request, idempotencyKey: "order-2" }, as(keys[2] ?? ""))).status).toBe(202);
  expect((await post("/v1/tasks", other, as(keys[1] ?? ""))).status).toBe(422);
});

test.each([
  ["publish", (key: string) => post("/api/publish", { channel: "chat:p", data: 1, idempotency_key: "k" }, as(key))],
  [
    "broadcast",
    (key: string) => post("/api/broadcast", { channels: ["chat:b"], data: 1, idempotency_key: "k" }, as(key)),
  ],
  ["publish", (key: string) => post("/api/publish", { channel: "chat:h", data: 1 }, as(key, "k"))],
  [
    "batch",
    (key: string) =>
      post("/api/batch", { commands: [{ publish: { channel: "chat:c", data: 1, idempotency_key: "k" } }] }, as(key)),
  ],
  [
    "batch",
    (key: string) => post("/api/batch", { commands: [{ publish: { channel: "chat:d", data: 1 } }] }, as(key, "k")),
  ],
  ["old", (key: string) => post("/api", '{"method":"publish","params":{"channel":"chat:o","data":1}}', as(key, "k"))],
] as const)("%s: a key counts once for its holder and for nobody else", async (_, send) => {
  const before = await total();
  for (const key of keys) for (let times = 0; times < 2; times += 1) expect((await send(key)).status).toBe(200);
  expect((await total()) - before).toBe(keys.length);
});

const channels = ["chat:p", "chat:b", "chat:h", "chat:c", "chat:d", "chat:o"];
const total = async () => (await Promise.all(channels.map(published))).reduce((sum, count) => sum + count, 0);

test("a key of the whole request makes each of its parts count once", async () => {
  const commands = [1, 2, 3].map((data) => ({ publish: { channel: "chat:parts", data } }));
  const tasks = [{ handler: "test", data: 1 }, { handler: "test", data: 1 }, { handler: 7 }];
  const headers = as(apiKey, "whole-1");
  for (let times = 0; times < 2; times += 1) await post("/api/batch", { commands }, headers);
  expect(await published("chat:parts")).toBe(3);
  const [first, second] = [
    await post("/v1/tasks/batch", { tasks }, headers),
    await post("/v1/tasks/batch", { tasks }, headers),
  ];
  expect(first.json).toMatchObject({ accepted: 2, refused: 1 });
  expect(second.json.results.slice(0, 2)).toEqual(
    first.json.results.slice(0, 2).map((result) => ({ ...result, token: expect.any(String), duplicate: true })),
  );
  expect(first.json.results[0]?.id).not.toBe(first.json.results[1]?.id);
});

const lives = async (pattern: string) => {
  const found = (await redis.command("KEYS", pattern)) as string[];
  return Promise.all(found.map((key) => redis.command("PTTL", key)));
};

test("a key that a library made for one call is kept for ten minutes, one with a meaning for longer", async () => {
  await redis.flush();
  const auto = `auto-${crypto.randomUUID()}`;
  const first = await post("/v1/tasks", { handler: "test", delayMs: 3_600_000 }, as(apiKey, auto));
  const again = await post("/v1/tasks", { handler: "test", delayMs: 3_600_000 }, as(apiKey, auto));
  expect(again.json.id).toBe(first.json.id);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  await post("/api/publish", { channel: "chat:auto", data: 1 }, as(apiKey, auto));
  for (const pattern of ["*:idempotency:*", "*:idem:*"]) {
    expect(await lives(pattern)).toEqual([expect.toSatisfy((ms: number) => ms > 590_000 && ms <= 600_000)]);
  }
  await redis.flush();
  for (const key of ["auto-1", `auto-${"0".repeat(36)}`, `my-${auto}`]) {
    await post("/v1/tasks", { handler: "test" }, as(apiKey, key));
  }
  const kept = await lives("*:idempotency:*");
  expect(kept).toHaveLength(3);
  for (const ms of kept) expect(ms).toBeGreaterThan(86_400_000);
});

test.each([
  ["/v1/tasks", { handler: "test", idempotencyKey: "a" }],
  ["/api/publish", { channel: "chat:a", data: 1, idempotency_key: "a" }],
  ["/api/broadcast", { channels: ["chat:a"], data: 1, idempotency_key: "a" }],
])("%s refuses two keys that differ, and a header that cannot be one", async (path, body) => {
  expect((await post(path, body, as(apiKey, "b"))).text).toContain("differs from the header Idempotency-Key");
  expect((await post(path, body, as(apiKey, "a"))).text).not.toContain("error");
  expect((await post(path, body, as(apiKey, "k".repeat(256)))).text).toMatch(/idempotency-key: must have/i);
});

test("a message to connections, which nothing remembers, is refused with a key", async () => {
  const { json } = await post("/api/publish", { all: true, data: 1 }, as(apiKey, "k"));
  expect(json.error).toMatchObject({
    code: 107,
    message: expect.stringContaining("idempotency_key: a message to conn"),
  });
});
