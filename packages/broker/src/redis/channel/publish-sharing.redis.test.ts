import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PublishOptions } from "../../broker.ts";
import { type ChannelName, knownChannelName } from "../../channel-name.ts";
import { createChannelRules } from "../../channel-rules.ts";
import { channelKeys } from "../keys.ts";
import { createRedisPublisher, type RedisPublisher } from "./redis-publisher.ts";

const historySize = 5;
const settings = checkSettings({
  channel: { namespaces: [{ name: "kept", history_size: historySize, history_ttl: "60s" }, { name: "plain" }] },
});
let server: TestRedis;
let redis: Redis;
let publisher: RedisPublisher;
let count = 0;
const next = () => knownChannelName(`kept:${++count}`);

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  publisher = await createRedisPublisher({
    redis: { url: server.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules: createChannelRules(settings.channel),
  });
  await publisher.publish(next(), { payload: "0" });
});
afterAll(async () => {
  await publisher?.close();
  redis?.disconnect();
  await server?.close();
});

/** How often Redis has run each command since the last reset, the scripts' own among them. */
async function commandCalls(): Promise<Record<string, number>> {
  const stats = await redis.info("commandstats");
  return Object.fromEntries(
    [...stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(([, name, calls]) => [name, Number(calls)]),
  );
}

test("publications of one channel in one turn read and write its position once, and begin its life once", async () => {
  const channel = next();
  await publisher.publish(channel, { payload: "0" });
  await redis.config("RESETSTAT");
  await Promise.all(Array.from({ length: 50 }, () => publisher.publish(channel, { payload: "1" })));
  expect(await commandCalls()).toMatchObject({ hmget: 1, hset: 1, pexpire: 2, xtrim: 1, xadd: 50, publish: 50 });
  expect(await redis.xlen(channelKeys("sy", channel).stream)).toBe(historySize);
});

interface Asked {
  readonly channel: number;
  readonly options: PublishOptions;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  channel: fc.nat(2),
  options: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc.record({ version: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ idempotencyKey: fc.constantFrom("a", "b") }),
    fc.record({ skipHistory: fc.constant(true) }),
    fc.record({ delta: fc.constant(true) }),
  ),
});

/** What had been there before, of one of the channels. */
type Past = "nothing" | "a position alone" | "a stream of another process" | "a stream whose position is behind";

async function begin(channel: ChannelName, past: Past): Promise<void> {
  const { meta } = channelKeys("sy", channel);
  if (past === "nothing") return;
  await publisher.history(channel, { limit: 0 });
  if (past === "a position alone") return;
  for (const payload of ["1", "2", "3"]) await publisher.publish(channel, { payload });
  if (past === "a stream of another process") await redis.hset(meta, "r", "another");
  else await redis.hset(meta, "s", "1");
}

/** Epochs and leaps are drawn at random; all else is to be the same. */
const plainOffset = (offset: number) => offset % 1e9;

test("what is published in one turn has the results and leaves the history of one publication after the other", async () => {
  const pasts: readonly Past[] = [
    "nothing",
    "a position alone",
    "a stream of another process",
    "a stream whose position is behind",
  ];
  const run = async (all: readonly Asked[], past: Past, isOneTurn: boolean) => {
    const channels = [next(), next(), knownChannelName(`plain:${++count}`)] as const;
    await begin(channels[0], past);
    const publish = (one: Asked, index: number) =>
      publisher.publish(channels[one.channel] ?? channels[0], { payload: String(index >> 1) }, one.options);
    const results = [];
    if (isOneTurn) results.push(...(await Promise.all(all.map(publish))));
    else for (const [index, one] of all.entries()) results.push(await publish(one, index));
    const histories = await Promise.all(
      channels.slice(0, 2).map((channel) => publisher.history(channel, { limit: 100 })),
    );
    return {
      results: results.map(({ offset, nodes, duplicate, suppressed }) => [
        plainOffset(offset),
        nodes,
        duplicate,
        suppressed,
      ]),
      histories: histories.map(({ offset, publications }) => [
        plainOffset(offset),
        publications.map((one) => [plainOffset(one.offset), plainOffset(one.previousOffset), one.body.toString()]),
      ]),
      lives: await Promise.all(
        channels.map(async (channel) => (await redis.pttl(channelKeys("sy", channel).meta)) > 0),
      ),
    };
  };
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: 1, maxLength: 20 }), fc.constantFrom(...pasts), async (all, past) => {
      expect(await run(all, past, true)).toEqual(await run(all, past, false));
    }),
    { numRuns: 60 },
  );
});

const pastsOfFull: readonly (readonly [string, (channel: ChannelName) => Promise<unknown>])[] = [
  ["with a history", (channel) => publisher.publish(channel, { payload: "1" })],
  ["that is counted on", (channel) => publisher.history(channel, { limit: 0 })],
  [
    "whose position is behind its stream",
    async (channel) => {
      for (const payload of ["1", "2"]) await publisher.publish(channel, { payload });
      await redis.hset(channelKeys("sy", channel).meta, "s", "1");
    },
  ],
  [
    "whose position is lost",
    async (channel) => {
      await publisher.publish(channel, { payload: "1" });
      await redis.del(channelKeys("sy", channel).meta);
    },
  ],
];

test.each(pastsOfFull)(
  "a full Redis refuses what is published to a channel %s, and keeps what is there",
  async (_, prepare) => {
    const channel = next();
    await prepare(channel);
    const { stream, meta } = channelKeys("sy", channel);
    const kept = async (): Promise<unknown> => [await redis.xrange(stream, "-", "+"), await redis.hgetall(meta)];
    const before = await kept();
    await redis.config("SET", "maxmemory", "1");
    try {
      const refused = expect.objectContaining({
        cause: expect.objectContaining({ message: expect.stringContaining("OOM") }),
      });
      // What a full Redis can do is done, and told so, whatever it refuses in the same turn.
      const passing = publisher.publish(knownChannelName("plain:beside"), { payload: "3" });
      await expect(publisher.publish(channel, { payload: "2" })).rejects.toEqual(refused);
      expect(await passing).toMatchObject({ offset: 0 });
    } finally {
      await redis.config("SET", "maxmemory", "0");
    }
    expect(await kept()).toEqual(before);
  },
);
