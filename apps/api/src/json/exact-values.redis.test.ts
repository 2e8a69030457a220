import { createChannelRules } from "@switchyard/broker/channel-rules";
import type { NodeCommand } from "@switchyard/broker/node-command";
import { createRedisBroker } from "@switchyard/broker/redis-broker";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { exactJson } from "@switchyard/testkit/exact-json";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

/** JSON that goes in at any door of the api comes out as it was sent, as text, or is refused by the name of its field. */

let redis: TestRedis;
let api: TestApi;
let gateway: Awaited<ReturnType<typeof createRedisBroker>>;
const commands: NodeCommand[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  const settings = checkSettings({ redis: { url: redis.url } });
  gateway = await createRedisBroker({
    redis: settings.redis,
    logger: createLogger({ app: "test", level: "silent" }),
    rules: createChannelRules(settings.channel),
    onPublication: () => 0,
    onRestored: () => undefined,
  });
  await gateway.answerCommands("node", {
    apply: (command) => commands.push(command),
    take: () => 0,
    answer: () => undefined,
    listChannels: () => [],
  });
});
afterAll(async () => {
  await gateway.close();
  await api.close();
  await redis.close();
});

const send = (path: string, body: string) => api.request("POST", path, { body });
const kept = async (channel: string) => (await api.post("/api/history", { channel, limit: 1, reverse: true })).text;
/** What a gateway was told last, as the text that it hands on. */
const told = async () => Promise.resolve(JSON.stringify(commands.at(-1)));

/** What lies in the queue of the newest task. */
async function queued(): Promise<string> {
  const keys = (await redis.command("KEYS", "*:t_*")) as string[];
  const texts = await Promise.all(
    keys.map(async (key) => ((await redis.command("TYPE", key)) === "hash" ? redis.command("HGET", key, "data") : "")),
  );
  await redis.flush();
  return texts.join("\n");
}

const base64 = (data: string) => Buffer.from(data).toString("base64");
/** Each door: how a value goes in, and where it is seen again. */
const doors: readonly (readonly [
  name: string,
  path: string,
  body: (data: string) => string,
  seen: () => Promise<string>,
])[] = [
  ["publish", "/api/publish", (data) => `{"channel":"chat:p","data":${data}}`, () => kept("chat:p")],
  [
    "publish as base64",
    "/api/publish",
    (data) => `{"channel":"chat:p","b64data":"${base64(data)}"}`,
    () => kept("chat:p"),
  ],
  ["publish to a user", "/api/publish", (data) => `{"user":"u","data":${data}}`, () => kept("user:u")],
  [
    "publish with a receipt",
    "/api/publish",
    (data) => `{"user":"u","data":${data},"receipt":true}`,
    () => kept("user:u"),
  ],
  ["publish to all", "/api/publish", (data) => `{"all":true,"data":${data}}`, told],
  ["broadcast", "/api/broadcast", (data) => `{"channels":["chat:b"],"data":${data}}`, () => kept("chat:b")],
  [
    "batch",
    "/api/batch",
    (data) => `{"commands":[{"publish":{"channel":"chat:c","data":${data}}}]}`,
    () => kept("chat:c"),
  ],
  [
    "a line",
    "/api",
    (data) => `{"method":"publish","params":{"channel":"chat:l","data":${data}}}\n`,
    () => kept("chat:l"),
  ],
  ["subscribe with info", "/api/subscribe", (data) => `{"user":"u","channel":"chat:s","info":${data}}`, told],
  ["subscribe with data", "/api/subscribe", (data) => `{"user":"u","channel":"chat:s","data":${data}}`, told],
  ["refresh with info", "/api/refresh", (data) => `{"user":"u","info":${data}}`, told],
  ["refresh with base64", "/api/refresh", (data) => `{"user":"u","b64info":"${base64(data)}"}`, told],
  ["task", "/v1/tasks", (data) => `{"handler":"test","data":${data}}`, queued],
  ["tasks", "/v1/tasks/batch", (data) => `{"tasks":[{"handler":"test","data":${data}}]}`, queued],
  ["demo push", "/demo/push", (data) => `{"user":"d","data":${data}}`, () => kept("user:d")],
];

/** Connection commands carry JSON as text inside JSON. */
const shows = (seen: string, data: string) => seen.includes(`:${data}`) || seen.includes(JSON.stringify(data));

test.each(doors)("%s: the very digits and characters come out again", async (_, path, body, seen) => {
  for (const data of fc.sample(exactJson, { numRuns: 40, seed: 11 })) {
    const { status, text } = await send(path, body(data));
    expect({ status, text }).toEqual({
      status: path === "/v1/tasks" ? 202 : 200,
      text: expect.not.stringContaining('"error"'),
    });
    expect(await seen()).toSatisfy((found: string) => shows(found, data), data);
  }
});

test("the samples hold what JSON.parse would change", () => {
  const samples = fc.sample(exactJson, { numRuns: 40, seed: 11 });
  expect(samples.filter((data) => JSON.stringify(JSON.parse(data)) !== data).length).toBeGreaterThan(10);
});

test.each(doors)("%s: what cannot come out again is refused, with the field", async (_, path, body) => {
  for (const data of ['"\\ud800"', '{"\\udfff":1}', `${"[".repeat(513)}${"]".repeat(513)}`]) {
    const { status, text } = await send(path, body(data));
    expect([200, 400]).toContain(status);
    expect(text).toMatch(/"error":.*(?:data|info).*: (?:holds half a surrogate|is nested deeper)/);
  }
});

test.each(doors)("%s: of two equal keys the last one counts", async (_, path, body, seen) => {
  await send(path, body('{"a":1,"a":9007199254740993}'));
  expect(await seen()).toSatisfy((found: string) => shows(found, '{"a":9007199254740993}'));
});

test.each([
  ["/v1/tasks", '{"handler":"test","group":9007199254740993}', "group: must be 9007199254740991 or less"],
  ["/v1/tasks", '{"handler":"test","delayMs":1e400}', "delayMs: must be"],
  [
    "/api/publish",
    '{"channel":"chat:p","data":1,"version":9007199254740993}',
    "version: must be 9007199254740991 or less",
  ],
  ["/api/history", '{"channel":"chat:p","since":{"offset":1e400}}', "since.offset: must be"],
  ["/api/revoke", '{"user":"u","until":1e400}', "until: must be"],
])("%s refuses a number that it acts upon and cannot hold: %s", async (path, body, message) => {
  expect((await send(path, body)).text).toContain(message);
});
