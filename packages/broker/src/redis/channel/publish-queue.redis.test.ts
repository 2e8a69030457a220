import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { knownChannelName } from "../../channel-name.ts";
import { createChannelRules } from "../../channel-rules.ts";
import { channelKeys } from "../keys.ts";
import { createRedisPublisher, type RedisPublisher } from "./redis-publisher.ts";

const settings = checkSettings({
  channel: { namespaces: [{ name: "kept", history_size: 1_000, history_ttl: "60s" }] },
});
let server: TestRedis;
let redis: Redis;
let publisher: RedisPublisher;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  publisher = await createRedisPublisher({
    redis: { url: server.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules: createChannelRules(settings.channel),
  });
  await publisher.publish(knownChannelName("kept:first"), { payload: "0" });
});
afterAll(async () => {
  await publisher.close();
  redis.disconnect();
  await server.close();
});

async function countScripts(): Promise<number> {
  const stats = await redis.info("commandstats");
  return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

test("what is published in one turn leaves in few scripts and keeps its order, whatever is asked for beside it", async () => {
  const before = await countScripts();
  const channel = knownChannelName("kept:order");
  const extras = [{}, { idempotencyKey: "k" }, { exclude: "a\0b" }, { delta: true }, { receiptTo: "sy:inbox:none" }];
  const numbers = Array.from({ length: 250 }, (_, index) => index);
  const results = await Promise.all(
    numbers.map((number) => {
      const { idempotencyKey, ...extra }: { readonly idempotencyKey?: string } = extras[number % extras.length] ?? {};
      const key = idempotencyKey === undefined ? {} : { idempotencyKey: `${idempotencyKey}${number}` };
      return publisher.publish(channel, { payload: String(number) }, { ...extra, ...key });
    }),
  );
  expect(results.map(({ offset }) => offset)).toEqual(numbers.map((number) => number + 1));
  const { publications } = await publisher.history(channel, { limit: 1_000 });
  expect(publications.map(({ body }) => body.toString())).toEqual(numbers.map((number) => `{"data":${number}}`));
  expect((await countScripts()) - before).toBe(3 + 1);
});

test("each of a turn has its own result: a repetition, an older version, and what Redis cannot do", async () => {
  const broken = knownChannelName("kept:broken");
  await redis.set(channelKeys("sy", broken).meta, "no hash");
  const channel = knownChannelName("kept:results");
  const publish = (name: typeof channel, options: object) => publisher.publish(name, { payload: "1" }, options);
  const results = await Promise.allSettled([
    publish(channel, { idempotencyKey: "one", version: 2 }),
    publish(broken, {}),
    publish(channel, { idempotencyKey: "one" }),
    publish(channel, { version: 1 }),
    publish(channel, { skipHistory: true }),
    publish(channel, {}),
  ]);
  const told = results.map((result) => {
    if (result.status === "rejected") return String((result.reason as Error).cause);
    const { offset, duplicate, suppressed } = result.value;
    return { offset, duplicate, suppressed };
  });
  expect(told).toEqual([
    { offset: 1, duplicate: false, suppressed: false },
    expect.stringMatching(/^ReplyError: WRONGTYPE /),
    { offset: 1, duplicate: true, suppressed: false },
    { offset: 1, duplicate: false, suppressed: true },
    { offset: 0, duplicate: false, suppressed: false },
    { offset: 2, duplicate: false, suppressed: false },
  ]);
});

test("what is larger than others should wait for leaves by itself", async () => {
  const before = await countScripts();
  const channel = knownChannelName("kept:large");
  const payload = JSON.stringify("x".repeat(200_000));
  const results = await Promise.all(
    [payload, payload, "1", "2"].map((one) => publisher.publish(channel, { payload: one })),
  );
  expect(results.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
  expect((await countScripts()) - before).toBe(2);
});
