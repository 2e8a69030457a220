import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

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

const batch = (commands: unknown, more: object = {}) => api.post("/api/batch", { commands, ...more });
const publish = (channel: string) => ({ publish: { channel, data: 1 } });

test.each([false, true])("replies come in the order of the commands, parallel %s", async (parallel) => {
  const channel = `chat:order-${parallel}`;
  const { status, json } = await batch(
    [publish(channel), { history_remove: { channel: "live:a" } }, { info: {} }, { subscribe: { user: "a", channel } }],
    { parallel },
  );
  expect(status).toBe(200);
  expect(json).toEqual({
    replies: [
      { publish: { offset: 1, epoch: expect.any(String) } },
      { error: { code: 108, message: expect.any(String) } },
      { info: { nodes: [] } },
      { subscribe: { connections: 0 } },
    ],
  });
});

test("one after the other, a command sees what those before it did", async () => {
  const channel = "chat:sequence";
  const history = { history: { channel, limit: 10 } };
  const { json } = await batch([publish(channel), publish(channel), history, publish(channel)]);
  expect(json.replies[2]?.history.publications).toMatchObject([{ offset: 1 }, { offset: 2 }]);
});

test("one after the other, publications come in their order, whatever stands between them", async () => {
  const data = (number: number, more: object = {}) => ({ publish: { channel: "chat:row", data: number, ...more } });
  const { json } = await batch([
    data(1),
    data(2, { idempotency_key: "row" }),
    { broadcast: { channels: ["chat:row", "nowhere:x"], data: 3 } },
    data(4, { receipt: true }),
    { publish: { channel: "nowhere:x", data: 0 } },
    data(5, { idempotency_key: "row" }),
    data(6),
  ]);
  expect(json.replies.map((reply) => (reply as { publish?: { offset: number } }).publish?.offset)).toEqual([
    1,
    2,
    undefined,
    4,
    undefined,
    2,
    5,
  ]);
  const history = await api.post("/api/history", { channel: "chat:row", limit: 100 });
  const published = history.json.result.publications as unknown as readonly { readonly data: number }[];
  expect(published.map((publication) => publication.data)).toEqual([1, 2, 3, 4, 6]);
});

test.each([
  [{}, 107, "commands[1]: must have one key, the method"],
  [{ publish: {}, info: {} }, 107, "commands[1]: must have one key"],
  [{ pubish: {} }, 104, "commands[1]: did you mean `publish`?"],
  [{ batch: { commands: [] } }, 104, "commands[1]: known are publish, broadcast, subscribe"],
  [{ toString: {} }, 104, "commands[1]: "],
  [{ publish: { chanel: "chat:a", data: 1 } }, 107, "chanel: unknown field; did you mean `channel`?"],
  [{ publish: null }, 107, "the body: must be an object"],
  [null, 107, "commands[1]: must have one key"],
  [7, 107, "commands[1]: must have one key"],
  ["publish", 107, "commands[1]: must have one key"],
  [[], 107, "commands[1]: must have one key"],
])("%j is error %i of its own reply, and says: %s", async (command, code, message) => {
  const { json } = await batch([publish("chat:before"), command, publish("chat:after")]);
  expect(json.replies.map(Object.keys)).toEqual([["publish"], ["error"], ["publish"]]);
  expect(json.replies[1]?.error).toEqual({ code, message: expect.stringContaining(message) });
});

test("takes 1000 commands, and none", async () => {
  const many = (count: number) => batch(Array.from({ length: count }, (_, index) => publish(`live:${index}`)));
  expect((await many(1000)).json.replies).toHaveLength(1000);
  expect((await many(1001)).json.error.message).toContain("commands: must have 1000 items or fewer");
  expect((await many(0)).json).toEqual({ replies: [] });
});

test("numbers beyond 2^53 arrive as they were sent", async () => {
  const body = '{"commands":[{"publish":{"channel":"chat:long","data":9007199254740993}}]}';
  await api.request("POST", "/api/batch", { body });
  const { text } = await batch([{ history: { channel: "chat:long", limit: 1 } }]);
  expect(text).toContain('"data":9007199254740993');
});

test("while Redis hangs a batch is answered as soon as a single call", async () => {
  redis.signal("SIGSTOP");
  try {
    const started = performance.now();
    const { json } = await batch(Array.from({ length: 10 }, () => publish("live:a")));
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(json.replies.map(({ error }) => error.code)).toEqual([400, ...Array(9).fill(100)]);
    expect(json.replies[9]?.error.message).toContain("not tried");
  } finally {
    redis.signal("SIGCONT");
  }
});

test("a command that Redis answers with an error keeps no other from being tried", async () => {
  const channel = "chat:broken";
  await redis.command("SET", `sy:{${channel}}:meta`, "no hash");
  try {
    const { json } = await batch([publish(channel), publish("live:a")]);
    expect(json.replies.map(Object.keys)).toEqual([["error"], ["publish"]]);
    expect(json.replies[0]?.error).toMatchObject({ code: 100 });
    expect(json.replies[0]?.error.message).toContain("Redis has answered with an error");
  } finally {
    await redis.command("DEL", `sy:{${channel}}:meta`);
  }
});
