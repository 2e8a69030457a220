import { createRedisBroker } from "@switchyard/broker/redis-broker";
import type { Broker } from "@switchyard/broker/broker";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { knownChannelName } from "@switchyard/broker/channel-name";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKey, startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;
/** A gateway with two connections, of the user uid1. */
let gateway: Broker;
const heard: string[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  gateway = await createRedisBroker({
    redis: { url: redis.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules: createChannelRules(checkSettings({}).channel),
    onRestored: () => undefined,
    onPublication(channel, { body }) {
      heard.push(`${channel} ${body.toString()}`);
      return 2;
    },
  });
  await gateway.subscribe(knownChannelName("user:uid1"));
  await gateway.answerCommands("gateway", {
    apply(command) {
      heard.push(JSON.stringify(command));
      return 2;
    },
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

const push = (query: string) => api.request("GET", `/push?${query}`, { headers: { "x-api-key": "" } });

test("one line pushes a text to a user, and says whether anybody was there", async () => {
  const sent = await push(`to=uid1&content=${encodeURIComponent("88% 完成")}&key=${apiKey}`);
  expect([sent.status, sent.text, sent.headers.get("content-type")]).toEqual([200, "ok", "text/plain; charset=utf-8"]);
  expect(heard.at(-1)).toBe('user:uid1 {"data":"88% 完成"}');
  expect((await push(`to=uid2&content=hi&key=${apiKey}`)).text).toBe("fail");
});

test.each(["", "*"])("to=%s is everybody", async (to) => {
  expect((await push(`type=publish&to=${to}&content=hi&key=${apiKey}`)).text).toBe("ok");
  expect(JSON.parse(heard.at(-1) ?? "")).toMatchObject({ kind: "message", target: { all: true }, dataJson: '"hi"' });
});

test.each([
  ["to=uid1&content=hi&key=wrong", 401],
  ["to=uid1&content=hi", 400],
  [`content=hi&key=${apiKey}`, 400],
  ["to=uid1&content=&key=x", 400],
  [`to=${encodeURIComponent("a\nb")}&content=hi&key=${apiKey}`, 400],
])("%s pushes nothing and answers %i", async (query, status) => {
  const before = heard.length;
  expect((await push(query)).status).toBe(status);
  expect(heard).toHaveLength(before);
});

test("where the demo is off there is no such route", async () => {
  const production = await startTestApi(redis.url, { api: { demo: false } });
  try {
    expect((await production.get(`/push?to=uid1&content=hi&key=${apiKey}`)).status).toBe(404);
  } finally {
    await production.close();
  }
});
