import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { knownChannelName } from "../channel-name.ts";
import type { Broker } from "../broker.ts";
import { createChannelRules } from "../channel-rules.ts";
import { describeBroker, type BrokerPair, type Received } from "../conformance/broker-suite.ts";
import { createRedisBroker } from "./redis-broker.ts";

const settings = checkSettings({
  channel: { namespaces: [{ name: "kept", history_size: 3, history_ttl: "60s" }, { name: "plain" }] },
});
const rules = createChannelRules(settings.channel);
const logger = createLogger({ app: "test", level: "fatal" });

let redis: TestRedis;
let pair: BrokerPair;
let restored = 0;
let count = 0;
const next = (namespace: string) => knownChannelName(`${namespace}:${++count}`);

const connect = (received: Received[]): Promise<Broker> =>
  createRedisBroker({
    redis: { url: redis.url, prefix: "sy" },
    logger,
    rules,
    onPublication: (channel, publication) => received.push({ channel, ...publication }),
    onRestored: () => void restored++,
  });

beforeAll(async () => {
  redis = await startTestRedis({ appendOnly: true });
});
beforeEach(async () => {
  const received = { one: [], two: [] };
  pair = { one: await connect(received.one), two: await connect(received.two), received };
});
afterEach(async () => {
  await Promise.all([pair.one.close(), pair.two.close()]);
});
afterAll(() => redis.close());

describeBroker(() => pair, next);

test("interest survives a crash of Redis, and the node is told that it may have missed something", async () => {
  const channel = next("kept");
  await pair.one.subscribe(channel);
  const before = restored;
  const beganMs = performance.now();
  await redis.restart("SIGKILL");
  await eventually(() => expect(restored).toBeGreaterThanOrEqual(before + 2), { timeoutMs: 8_000 });
  expect(pair.one.lastSilenceMs).toBeGreaterThan(beganMs);
  // The publishing connection finds its own way back.
  await eventually(() => pair.two.publish(channel, { payload: '"after"' }), { timeoutMs: 8_000 });
  await eventually(() => expect(pair.received.one).toHaveLength(1));
});

test("a subscribe asked for while Redis is away is acknowledged when it is back", async () => {
  const channel = next("plain");
  await redis.stop("SIGKILL");
  const acknowledged = pair.one.subscribe(channel);
  await expect(pair.two.publish(channel, { payload: "1" })).rejects.toMatchObject({ code: 100, temporary: true });
  const beganMs = performance.now();
  await eventually(() => expect(pair.one.status()).toBeTypeOf("string"), { timeoutMs: 8_000 });
  expect(pair.one.lastSilenceMs).toBeGreaterThan(beganMs);
  await redis.restart();
  await acknowledged;
  await eventually(async () => expect((await pair.two.publish(channel, { payload: "2" })).nodes).toBe(1), {
    timeoutMs: 8_000,
  });
});

test("a hearing stays the same while a channel is heard without a break, and never comes again", async () => {
  const { one } = pair;
  const channel = next("plain");
  const asked = one.subscribe(channel);
  expect(one.hearing(channel)).toBeUndefined();
  await asked;
  const first = one.hearing(channel);
  expect(first).toBeDefined();
  await one.subscribe(channel);
  expect(one.hearing(channel)).toBe(first);
  await one.unsubscribe(channel);
  expect(one.hearing(channel)).toBeUndefined();
  await one.subscribe(channel);
  const second = one.hearing(channel);
  expect(second).not.toBe(first);
  await redis.restart("SIGKILL");
  await eventually(() => expect(one.hearing(channel)).not.toBe(second));
  await eventually(() => expect(one.hearing(channel)).toBeDefined(), { timeoutMs: 8_000 });
  expect([first, second]).not.toContain(one.hearing(channel));
});

test("a Redis that does not answer is refused at start with its address and without its password", async () => {
  const url = "redis://:hunter2@127.0.0.1:1";
  const attempt = createRedisBroker({
    redis: { url, prefix: "sy" },
    logger,
    rules,
    onPublication: () => 0,
    onRestored: () => undefined,
  });
  await expect(attempt).rejects.toThrow(/127\.0\.0\.1:1 cannot be used/);
  await expect(attempt).rejects.not.toThrow(/hunter2/);
});

test("an unknown namespace is refused by name", async () => {
  await expect(pair.one.publish(knownChannelName("nowhere:1"), { payload: "1" })).rejects.toMatchObject({ code: 102 });
});
