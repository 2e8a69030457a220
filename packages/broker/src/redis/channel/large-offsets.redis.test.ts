import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ChannelName, knownChannelName } from "../../channel-name.ts";
import type { Broker } from "../../broker.ts";
import { createChannelRules } from "../../channel-rules.ts";
import type { Received } from "../../conformance/broker-suite.ts";
import { channelKeys } from "../keys.ts";
import { createRedisBroker } from "../redis-broker.ts";

const settings = checkSettings({ channel: { namespaces: [{ name: "kept", history_size: 10, history_ttl: "60s" }] } });
/** Past it a stream begins a new epoch; see publish.lua. */
const offsetEnd = 9e15;

let server: TestRedis;
let redis: Redis;
let broker: Broker;
let processId: string;
let received: Received[];
let count = 0;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  processId = /run_id:(\w{12})/.exec(await redis.info("server"))?.[1] ?? "";
  broker = await createRedisBroker({
    redis: { url: server.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules: createChannelRules(settings.channel),
    onPublication: (channel, publication) => received.push({ channel, ...publication }),
    onRestored: () => undefined,
  });
});
beforeEach(() => {
  received = [];
});
afterAll(async () => {
  await broker?.close();
  redis?.disconnect();
  await server?.close();
});

/** A channel whose stream stands at this offset, as one does after enough restarts of Redis. */
async function channelAt(offset: number): Promise<ChannelName> {
  const channel = knownChannelName(`kept:${++count}`);
  await redis.hset(channelKeys("sy", channel).meta, { e: "e", s: String(offset), r: processId });
  return channel;
}

const largeOffset = fc.oneof(
  ...[0, 1e14, 1e15, 2 ** 52].map((around) => fc.integer({ min: Math.max(0, around - 5), max: around + 5 })),
  fc.integer({ min: 1e13, max: offsetEnd - 10 }),
);

test("a stream is published to, heard and read at any offset, in both directions", async () => {
  await fc.assert(
    fc.asyncProperty(largeOffset, async (top) => {
      const channel = await channelAt(top);
      await broker.subscribe(channel);
      const offsets = [top + 1, top + 2, top + 3];
      for (const data of offsets) {
        expect(await broker.publish(channel, { payload: JSON.stringify(data) })).toMatchObject({
          offset: data,
          epoch: "e",
        });
      }
      await eventually(() =>
        expect(received.flatMap((each) => (each.channel === channel ? [each.offset] : []))).toEqual(offsets),
      );
      const read = async (options: { sinceOffset?: number; reverse?: boolean }) =>
        (await broker.history(channel, { limit: 10, ...options })).publications.map(({ offset }) => offset);
      expect(await read({})).toEqual(offsets);
      expect(await read({ sinceOffset: top + 1 })).toEqual([top + 2, top + 3]);
      expect(await read({ sinceOffset: top + 3 })).toEqual([]);
      expect(await read({ sinceOffset: top + 3, reverse: true })).toEqual([top + 2, top + 1]);
      expect(await broker.history(channel, { limit: 0 })).toMatchObject({ offset: top + 3, epoch: "e" });
      await broker.unsubscribe(channel);
    }),
    { numRuns: 40 },
  );
});

test("every offset a position can hold may be asked for, whether the stream reaches it or not", async () => {
  const channel = await channelAt(7);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.maxSafeNat(), largeOffset), fc.boolean(), async (sinceOffset, reverse) => {
      expect(await broker.history(channel, { limit: 5, sinceOffset, reverse })).toMatchObject({
        offset: 7,
        epoch: "e",
      });
    }),
    { examples: [[Number.MAX_SAFE_INTEGER, false]], numRuns: 60 },
  );
});

test("a leap is named by the very offset it began at", async () => {
  for (const top of [1e14, 1e15 + 7, 5e15]) {
    const channel = await channelAt(top);
    await redis.hset(channelKeys("sy", channel).meta, "r", "another");
    const { offset } = await broker.publish(channel, { payload: "1" });
    const { publications } = await broker.history(channel, { limit: 1 });
    expect(publications[0]).toMatchObject({ offset, previousOffset: top });
  }
});

test("a stream at the end of what a number can count begins a new epoch", async () => {
  const channel = await channelAt(offsetEnd - 1);
  const { offset, epoch } = await broker.publish(channel, { payload: "1" });
  expect([offset, epoch === "e"]).toEqual([1, false]);
  expect(await broker.history(channel, { limit: 5 })).toMatchObject({ offset: 1, epoch });
});

test("versions are compared digit for digit", async () => {
  for (const version of [1e14, 1e15 + 1, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER - 1]) {
    const channel = knownChannelName(`kept:${++count}`);
    const publish = (one: number) => broker.publish(channel, { payload: JSON.stringify(one) }, { version: one });
    expect(await publish(version)).toMatchObject({ suppressed: false });
    expect(await redis.hget(channelKeys("sy", channel).meta, "v")).toBe(String(version));
    expect(await publish(version)).toMatchObject({ suppressed: true });
    expect(await publish(version + 1)).toMatchObject({ suppressed: false });
  }
});
