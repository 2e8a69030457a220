import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisPublisher, type RedisPublisher } from "@switchyard/broker/redis-publisher";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import type { Attempt } from "@switchyard/tasks/task-worker";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attemptOf } from "../testing/attempt-of.ts";
import { createPublishHandler } from "./publish-handler.ts";

const { channel } = checkSettings({
  channel: { namespaces: [{ name: "news", history_size: 10, history_ttl: "60s" }] },
});
const rules = createChannelRules(channel);
let server: TestRedis;
let publisher: RedisPublisher;
beforeAll(async () => {
  server = await startTestRedis();
  const logger = createLogger({ app: "test", level: "silent" });
  publisher = await createRedisPublisher({ redis: { url: server.url, prefix: "sy" }, logger, rules });
});
afterAll(async () => {
  await publisher.close();
  await server.close();
});

function attempt(id: string, dataJson: string): Attempt {
  const { attempt: made } = attemptOf(null);
  return { ...made, task: { ...made.task, id: id as Attempt["task"]["id"] }, dataJson };
}
const publish = (id: string, dataJson: string) => createPublishHandler({ publisher, rules })(attempt(id, dataJson));
const bodies = async (name: string) =>
  (await publisher.history(knownChannelName(name), { limit: 100 })).publications.map(({ body }) => body.toString());

test("what a task says is published, digit by digit, and once however often it is attempted", async () => {
  const data = '{"channel":"news:a","data":{"n":9007199254740993},"tags":{"k":"v"}}';
  expect(await publish("t_1", data)).toMatchObject({
    kind: "succeeded",
    result: { published: 1, channels: [{ channel: "news:a", offset: 1 }] },
  });
  expect(await publish("t_1", data)).toMatchObject({ result: { channels: [{ duplicate: true }] } });
  expect(await publish("t_2", data)).toMatchObject({ result: { channels: [{ offset: 2 }] } });
  expect(await bodies("news:a")).toEqual(
    Array.from({ length: 2 }, () => '{"data":{"n":9007199254740993},"tags":{"k":"v"}}'),
  );
});

test("an attempt a day later is still the same publication: the key is kept for 24 hours", async () => {
  await publish("t_day", '{"channel":"news:day","data":1}');
  const keys = await server.command("KEYS", "*news:day*");
  const lives = await Promise.all((keys as string[]).map((key) => server.command("PTTL", key)));
  expect(Math.max(...lives.map(Number))).toBeGreaterThan(86_000_000);
});

test("users and channels get it, each once", async () => {
  expect(await publish("t_3", '{"users":["ann","bob"],"data":"hi"}')).toMatchObject({ result: { published: 2 } });
  expect(await publish("t_4", '{"channels":["news:b","news:c"],"data":"hi"}')).toMatchObject({
    result: { published: 2 },
  });
  for (const name of ["user:ann", "user:bob", "news:b", "news:c"])
    expect(await bodies(name)).toEqual(['{"data":"hi"}']);
});

test.each([
  ["7", "data: must be an object"],
  ['{"data":1}', "data: must have exactly one of"],
  ['{"channel":"news:x","user":"ann","data":1}', "data: must have exactly one of"],
  ['{"channel":"news:x"}', "data.data: "],
  ['{"channel":"nowhere:x","data":1}', "data.channel: no namespace `nowhere` is configured"],
  ['{"channel":"task:t_1","data":1}', "data.channel: `task` is a namespace of the hub"],
  ['{"channels":["news:x",7],"data":1}', "data.channels[1]: must be a text"],
  ['{"channels":[],"data":1}', "data.channels: must have 1 to 1000 names"],
  ['{"channel":"news:x","data":1,"tags":{"a":1}}', "data.tags: must be an object of texts"],
  ['{"channel":"news:x","dat":1}', "data.dat: unknown field"],
])("%s fails for good, says why, and publishes nothing", async (data, message) => {
  expect(await publish("t_bad", data)).toMatchObject({
    kind: "failed",
    final: true,
    message: expect.stringContaining(message),
  });
  expect(await bodies("news:x")).toEqual([]);
});
