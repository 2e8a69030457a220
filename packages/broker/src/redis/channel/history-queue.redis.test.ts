import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChannelName, knownChannelName } from "../../channel-name.ts";
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
  await publisher.history(knownChannelName("kept:first"), { limit: 0 });
});
afterAll(async () => {
  await publisher.close();
  redis.disconnect();
  await server.close();
});

/** Channels of their own with so many publications of so many bytes each. */
function fill(name: string, { channels, publications, bytes }: Record<"channels" | "publications" | "bytes", number>) {
  const payload = JSON.stringify("x".repeat(bytes));
  const fillOne = async (channel: ChannelName) => {
    await Promise.all(Array.from({ length: publications }, () => publisher.publish(channel, { payload })));
    return channel;
  };
  return Promise.all(
    Array.from({ length: channels }, (_, index) => fillOne(knownChannelName(`kept:${name}-${index}`))),
  );
}

async function countScripts(): Promise<number> {
  const stats = await redis.info("commandstats");
  return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

test("what is read in one turn leaves in few scripts, and each reading is its channel's own", async () => {
  const channels = await fill("few", { channels: 250, publications: 2, bytes: 10 });
  await publisher.publish(channels[7] ?? knownChannelName("kept:none"), { payload: "7" });
  const before = await countScripts();
  const histories = await Promise.all(
    channels.map((channel, index) => publisher.history(channel, { limit: 10, sinceOffset: 1, reverse: index === 7 })),
  );
  expect((await countScripts()) - before).toBe(3);
  expect(new Set(histories.map(({ epoch }) => epoch)).size).toBeGreaterThan(1);
  for (const [index, { offset, publications, isCut }] of histories.entries()) {
    const isSeventh = index === 7;
    expect({ offset, isCut }).toEqual({ offset: isSeventh ? 3 : 2, isCut: false });
    // Newest first, it goes down from the first.
    expect(publications.map((publication) => publication.offset)).toEqual(isSeventh ? [] : [2]);
  }
});

test("each of a turn has its own result: the position alone, what came since, and what Redis cannot do", async () => {
  const [one = knownChannelName("kept:none")] = await fill("results", { channels: 1, publications: 3, bytes: 1 });
  const [broken, empty] = [knownChannelName("kept:no-hash"), knownChannelName("kept:empty")];
  await redis.set(channelKeys("sy", broken).meta, "no hash");
  const results = await Promise.allSettled([
    publisher.history(one, { limit: 0 }),
    publisher.history(broken, { limit: 1 }),
    publisher.history(one, { limit: 5, sinceOffset: 1 }),
    publisher.history(one, { limit: 1, reverse: true }),
    publisher.history(empty, { limit: 5 }),
  ]);
  const told = results.map((result) => {
    if (result.status === "rejected") return String((result.reason as Error).cause);
    const { offset, publications } = result.value;
    return { offset, publications: publications.map(({ offset: at, previousOffset }) => [at, previousOffset]) };
  });
  expect(told).toEqual([
    { offset: 3, publications: [] },
    expect.stringMatching(/^ReplyError: WRONGTYPE /),
    {
      offset: 3,
      publications: [
        [2, 1],
        [3, 2],
      ],
    },
    { offset: 3, publications: [[3, 2]] },
    { offset: 0, publications: [] },
  ]);
  const { epoch } = await publisher.history(empty, { limit: 0 });
  expect(results[4]).toMatchObject({ value: { epoch } });
});

test("readings that come to many bytes are spread over scripts, so that none holds up others, and all are whole", async () => {
  const channels = await fill("large", { channels: 8, publications: 2, bytes: 100_000 });
  const before = await countScripts();
  const histories = await Promise.all(channels.map((channel) => publisher.history(channel, { limit: 10 })));
  expect((await countScripts()) - before).toBe(4);
  for (const { publications } of histories) expect(publications.map(({ offset }) => offset)).toEqual([1, 2]);
});
