import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisPublisher, type RedisPublisher } from "@switchyard/broker/redis-publisher";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { jwtVerify } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi, tokenSecret } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;
let reader: RedisPublisher;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  const settings = checkSettings({ redis: { url: redis.url } });
  const logger = createLogger({ app: "test", level: "silent" });
  reader = await createRedisPublisher({ redis: settings.redis, logger, rules: createChannelRules(settings.channel) });
});
afterAll(async () => {
  await reader.close();
  await api.close();
  await redis.close();
});

test("takes the plainest task, and the record can be read at once", async () => {
  const { status, json } = await api.post("/v1/tasks", { handler: "test", data: { test: "test" }, group: "1" });
  expect(status).toBe(202);
  expect(json.id).toMatch(/^t_[\w-]{21}$/);
  expect(json.channel).toBe(`task:${json.id}`);
  const record = await api.get(`/v1/tasks/${json.id}`);
  expect(record.json).toMatchObject({
    id: json.id,
    handler: "test",
    group: "1",
    status: "queued",
    seq: 1,
    result: null,
  });
});

test("the queued record is on the task's channel before the answer is", async () => {
  const { json } = await api.post("/v1/tasks", { handler: "test" });
  const { publications } = await reader.history(knownChannelName(json.channel), { limit: 1 });
  expect(JSON.parse(String(publications[0]?.body)).data).toMatchObject({ id: json.id, status: "queued", seq: 1 });
});

test("the token opens that channel and no other, for the user it names", async () => {
  const { json } = await api.post("/v1/tasks", { handler: "test", user: "ann" });
  const { payload } = await jwtVerify(json.token, new TextEncoder().encode(tokenSecret));
  expect(payload).toMatchObject({ sub: "ann", channel: json.channel });
});

test("without a secret there is no token, and the task is taken all the same", async () => {
  const tokenless = await startTestApi(redis.url, { client: {} });
  try {
    const { status, json } = await tokenless.post("/v1/tasks", { handler: "test" });
    expect(status).toBe(202);
    expect(Object.keys(json)).toEqual(["id", "channel"]);
  } finally {
    await tokenless.close();
  }
});

test("a repeated idempotency key, as field or as header, is the first task", async () => {
  const body = { handler: "test", data: 1 };
  const first = await api.post("/v1/tasks", { ...body, idempotencyKey: "same" });
  const second = await api.request("POST", "/v1/tasks", { body, headers: { "idempotency-key": "same" } });
  expect(second.status).toBe(202);
  expect(second.json.id).toBe(first.json.id);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect(first.headers.get("idempotent-replayed")).toBeNull();
});

test("the same key with another request is a conflict, told apart from bad input", async () => {
  await api.post("/v1/tasks", { handler: "test", data: 1, idempotencyKey: "other" });
  const answer = await api.post("/v1/tasks", { handler: "test", data: 2, idempotencyKey: "other" });
  expect(answer.status).toBe(422);
  expect(answer.json.error).toMatchObject({ code: "idempotency_conflict", field: "idempotencyKey" });
});

test.each([
  [{}, "handler", "handler: is missing"],
  [{ handler: "" }, "handler", "must not be empty"],
  [{ handler: "a b" }, "handler", "letters, digits"],
  [{ handlr: "test" }, "handlr", "unknown field; did you mean `handler`?"],
  [{ handler: "test", announce: "x" }, "announce", "unknown field; known are handler, data, group"],
  [{ handler: "test", group: "g".repeat(129) }, "group", "128 characters or fewer"],
  [{ handler: "test", group: {} }, "group", "must be a string or an integer"],
  [{ handler: "test", priority: 101 }, "priority", "must be 100 or less"],
  [{ handler: "test", attempts: 0 }, "attempts", "must be 1 or more"],
  [{ handler: "test", attempts: "3" }, "attempts", "must be an integer"],
  [
    { handler: "test", backoff: { delayMs: 1, kind: "linear" } },
    "backoff.kind",
    "must be one of `fixed`, `exponential`",
  ],
  [{ handler: "test", backoff: { delay: 1, kind: "fixed" } }, "backoff.delay", "did you mean `delayMs`?"],
  [{ handler: "test", delayMs: 1, runAt: 2 }, "runAt", "cannot be combined with delayMs"],
  [{ handler: "test", timeoutMs: 0 }, "timeoutMs", "must be 1 or more"],
  [[], undefined, "the body: must be an object"],
])("%j is a bad request at %s, and says: %s", async (body, field, message) => {
  const answer = await api.post("/v1/tasks", body);
  expect(answer.status).toBe(400);
  expect(answer.json.error.code).toBe("invalid_request");
  expect(answer.json.error.field).toBe(field);
  expect(answer.json.error.message).toContain(message);
});

test("data above its bound is told with the bound", async () => {
  const answer = await api.post("/v1/tasks", { handler: "test", data: "x".repeat(300_000) });
  expect(answer.status).toBe(413);
  expect(answer.json.error).toMatchObject({ code: "body_too_large", field: "data" });
  expect(answer.json.error.message).toContain("262144");
});

test("a header and a field that differ are refused rather than one of them ignored", async () => {
  const body = { handler: "test", idempotencyKey: "a" };
  const answer = await api.request("POST", "/v1/tasks", { body, headers: { "idempotency-key": "b" } });
  expect(answer.status).toBe(400);
  expect(answer.json.error.field).toBe("idempotencyKey");
});

test("a callback is refused by name where nothing could sign it, and where it is no address", async () => {
  const callbackUrl = "https://shop.example/done";
  const { status, json } = await api.post("/v1/tasks", { handler: "test", callbackUrl });
  expect([status, json]).toMatchObject([
    400,
    { error: { field: "callbackUrl", message: expect.stringContaining("signing_secret") } },
  ]);
  expect((await api.post("/v1/tasks", { handler: "test", callbackUrl: 7 })).json).toMatchObject({
    error: { field: "callbackUrl" },
  });
});
