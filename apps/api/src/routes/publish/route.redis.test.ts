import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisPublisher, type RedisPublisher } from "@switchyard/broker/redis-publisher";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

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

/** What is in a user's stream, newest first, as the very text that goes to clients. */
async function newestBodies(user: string, limit = 1): Promise<string[]> {
  const { publications } = await reader.history(knownChannelName(`user:${user}`), { limit, reverse: true });
  return publications.map(({ body }) => body.toString());
}

test("a publication is numbered under the stream's epoch", async () => {
  const first = await api.post("/api/publish", { channel: "chat:a", data: { text: "1" } });
  const second = await api.post("/api/publish", { channel: "chat:a", data: { text: "2" } });
  expect(first.status).toBe(200);
  expect(first.json).toEqual({ result: { offset: 1, epoch: expect.stringMatching(/^.+$/) } });
  expect(second.json).toEqual({ result: { offset: 2, epoch: first.json.result.epoch } });
});

test("a channel without history, and a message that skips it, answer an empty result", async () => {
  expect((await api.post("/api/publish", { channel: "live:a", data: 1 })).json).toEqual({ result: {} });
  expect((await api.post("/api/publish", { channel: "nameless", data: 1 })).json).toEqual({ result: {} });
  const skipping = { channel: "chat:skip", data: 1, skip_history: true };
  expect((await api.post("/api/publish", skipping)).json).toEqual({ result: {} });
});

test("`user` is the user's channel, `users` answers for each", async () => {
  const one = await api.post("/api/publish", { user: "ann", data: { n: 1 } });
  expect(one.json.result.offset).toBe(1);
  const both = await api.post("/api/publish", { users: ["ann", "ben"], data: { n: 2 } });
  expect(both.json.result.responses.map((response: { result: { offset: number } }) => response.result.offset)).toEqual([
    2, 1,
  ]);
  expect(await newestBodies("ben")).toEqual(['{"data":{"n":2}}']);
});

test.each([
  "null",
  "false",
  "0",
  '""',
  "[]",
  "{}",
  '"中文 \\ud83d\\ude00"',
  "12345678901234567890",
  '{"id":9007199254740993,"rate":0.12345678901234567891,"small":1}',
])("data %s arrives as it was sent", async (data) => {
  const answer = await api.request("POST", "/api/publish", { body: `{"user":"exact","data":${data}}` });
  expect(answer.json.result.offset).toBeGreaterThan(0);
  const [body = ""] = await newestBodies("exact");
  const sent = data.includes("\\u") ? JSON.stringify(JSON.parse(data)) : data;
  expect(body).toBe(`{"data":${sent}}`);
});

test("tags travel beside the data", async () => {
  await api.post("/api/publish", { user: "tagged", data: 1, tags: { kind: "note" } });
  expect(await newestBodies("tagged")).toEqual(['{"data":1,"tags":{"kind":"note"}}']);
});

test("`channels` answers for each, as broadcast does", async () => {
  const { json } = await api.post("/api/publish", { channels: ["chat:c1", "nowhere:c2"], data: 1 });
  expect(json.result.responses).toEqual([
    { result: { offset: 1, epoch: expect.any(String) } },
    { error: { code: 102, message: expect.stringContaining("channels[1]: no namespace `nowhere`") } },
  ]);
});

test("`b64data` is the JSON it encodes", async () => {
  const b64data = Buffer.from('{"id":9007199254740993}').toString("base64");
  await api.post("/api/publish", { user: "encoded", b64data });
  expect(await newestBodies("encoded")).toEqual(['{"data":{"id":9007199254740993}}']);
});

test("a receipt says that nobody is there, and whether anything was sent at all", async () => {
  const message = { user: "away", data: 1, idempotency_key: "k", receipt: true };
  const published = { offset: 1, epoch: expect.any(String), delivered: 0, nodes: 0 };
  expect((await api.post("/api/publish", message)).json.result).toEqual(published);
  expect((await api.post("/api/publish", message)).json.result).toEqual({ ...published, duplicate: true });
  await api.post("/api/publish", { channel: "live:v", data: 1, version: 2 });
  const old = await api.post("/api/publish", { channel: "live:v", data: 1, version: 1, receipt: true });
  expect(old.json.result).toEqual({ delivered: 0, nodes: 0, suppressed: true });
  expect((await api.post("/api/publish", { all: true, data: 1 })).json.result).toEqual({ delivered: 0, nodes: 0 });
});

test("the same idempotency key publishes once and answers the same", async () => {
  const message = { user: "once", data: 1, idempotency_key: "k1" };
  const [first, second] = [await api.post("/api/publish", message), await api.post("/api/publish", message)];
  expect(second.json).toEqual(first.json);
  expect(await newestBodies("once", 10)).toHaveLength(1);
});

test("a version not above the last one is dropped", async () => {
  await api.post("/api/publish", { user: "versioned", data: "new", version: 7 });
  await api.post("/api/publish", { user: "versioned", data: "old", version: 6 });
  expect(await newestBodies("versioned", 10)).toEqual(['{"data":"new"}']);
});

test("versions of another epoch are not compared, and an epoch without a version is refused", async () => {
  const publish = (version: number, version_epoch: string) =>
    api.post("/api/publish", { user: "epochs", data: 1, version, version_epoch, receipt: true });
  expect((await publish(7, "a")).json.result).not.toHaveProperty("suppressed");
  expect((await publish(1, "b")).json.result).not.toHaveProperty("suppressed");
  expect((await publish(1, "b")).json.result).toMatchObject({ suppressed: true });
  const { error } = (await api.post("/api/publish", { user: "epochs", data: 1, version_epoch: "b" })).json;
  expect(error).toMatchObject({ code: 107, message: expect.stringContaining("version_epoch: ") });
});

test.each([
  [{ channel: "", data: 1 }, 107, "bad request: channel: must not be empty"],
  [{ channel: "chat:" + "é".repeat(200), data: 1 }, 107, "channel: is 405 bytes long, the bound is 255"],
  [{ channel: "chat:a\nb", data: 1 }, 107, "channel: must not contain control characters"],
  [{ channel: "chat:\ud800", data: 1 }, 107, "channel: holds half a surrogate pair"],
  [{ channel: "nowhere:a", data: 1 }, 102, "unknown channel: channel: no namespace `nowhere` is configured"],
  [{ user: "", data: 1 }, 107, "user: must not be empty"],
  [{ channel: "chat:a" }, 107, "data: is missing"],
  [{ data: 1 }, 107, "name exactly one of `channel`, `channels`, `user`, `users`, `client`, `all`"],
  [{ all: false, data: 1 }, 107, "all: "],
  [{ client: "c", data: 1, version: 1 }, 107, "version: a message to connections has no channel"],
  [{ user: "a", b64data: "e30" + "x" }, 107, "b64data: must be JSON in UTF-8"],
  [{ user: "a", b64data: "e30!" }, 107, "b64data: is not base64"],
  [{ user: "a", data: 1, exclude_client: "a:b" }, 107, "exclude_client: "],
  [{ channel: "chat:a", user: "a", data: 1 }, 107, "name exactly one of"],
  [{ chanel: "chat:a", data: 1 }, 107, "chanel: unknown field; did you mean `channel`?"],
  [{ channel: "chat:a", data: 1, idempotencyKey: "x" }, 107, "did you mean `idempotency_key`?"],
  [
    { channel: "chat:a", data: 1, idempotency_key: "k".repeat(256) },
    107,
    "idempotency_key: must have 255 characters or fewer",
  ],
  [{ channel: "chat:a", data: 1, tags: { a: 1 } }, 107, "tags.a: must be a string"],
  [{ channel: "chat:a", data: 1, version: 1.5 }, 107, "version: must be an integer"],
  [{ channel: 7, data: 1 }, 107, "channel: must be a string"],
  [["chat:a"], 107, "the body: must be an object"],
])("%j is error %i, and says: %s", async (body, code, message) => {
  const answer = await api.post("/api/publish", body);
  expect(answer.status).toBe(200);
  expect(answer.json.error.code).toBe(code);
  expect(answer.json.error.message).toContain(message);
});
