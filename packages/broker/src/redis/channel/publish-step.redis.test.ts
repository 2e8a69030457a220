import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Broker } from "../../broker.ts";
import { knownChannelName } from "../../channel-name.ts";
import { createChannelRules } from "../../channel-rules.ts";
import type { Received } from "../../conformance/broker-suite.ts";
import { createRedisBroker } from "../redis-broker.ts";
import { createPublishStep } from "./publish-step.ts";

const rules = createChannelRules(checkSettings({}).channel);
const step = createPublishStep({ prefix: "sy", rules });
const unit = 1_000_000_000;

let server: TestRedis;
let redis: Redis;
let broker: Broker;
let received: Received[];
let count = 0;
let channel: ReturnType<typeof knownChannelName>;

beforeAll(async () => {
  server = await startTestRedis({ appendOnly: true, extraArguments: ["--appendfsync", "always"] });
  redis = new Redis(server.url);
  broker = await createRedisBroker({
    redis: { url: server.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules,
    onPublication: (name, publication) => received.push({ channel: name, ...publication }),
    onRestored: () => undefined,
  });
});
beforeEach(() => {
  channel = knownChannelName(`inbox:u ${++count}}`);
  received = [];
});
afterAll(async () => {
  await broker.close();
  redis.disconnect();
  await server.close();
});

/** A script of another package that does nothing but this. */
async function run(call: string, data = ""): Promise<unknown> {
  const { stream, meta } = step.keys(channel);
  const script = `${step.lua}\nlocal stream, meta, terms, data = KEYS[1], KEYS[2], ARGV[1], ARGV[2]\n${call}`;
  return redis.eval(script, 2, stream, meta, await step.terms(redis, channel), data);
}
const publish = (data: unknown) =>
  run("return { publishStep(stream, meta, terms, data) }", JSON.stringify(data)) as Promise<[number, string, number]>;
const position = (isKept: boolean) =>
  run(`return { positionStep(stream, meta, terms, ${isKept}) }`) as Promise<[number, string]>;

test("what a script publishes is a publication as any other, and the two go on from each other", async () => {
  await broker.subscribe(channel);
  const [offset, epoch, nodes] = await publish({ text: "漢\n" });
  expect([offset, nodes]).toEqual([1, 1]);
  expect(await broker.publish(channel, { payload: "2" })).toMatchObject({ offset: 2, epoch });
  expect(await publish(3)).toEqual([3, epoch, 1]);
  await eventually(() => expect(received.map(({ offset: at }) => at)).toEqual([1, 2, 3]));
  const { publications } = await broker.history(channel, { limit: 10 });
  expect(publications).toEqual(
    received.map(({ offset: at, previousOffset, timeMs, body }) => ({ offset: at, previousOffset, timeMs, body })),
  );
  expect(received[0]?.body.toString()).toBe('{"data":{"text":"漢\\n"}}');
});

test("a position nobody counts on leaves nothing behind, and one that is kept is the one that is continued", async () => {
  expect(await position(false)).toEqual([0, ""]);
  expect(await redis.exists(step.keys(channel).meta)).toBe(0);
  const [offset, epoch] = await position(true);
  expect([offset, epoch.length]).toEqual([0, 12]);
  expect(await position(true)).toEqual([0, epoch]);
  expect(await publish(1)).toEqual([1, epoch, 0]);
  expect(await position(false)).toEqual([1, epoch]);
  expect(await redis.pttl(step.keys(channel).meta)).toBeGreaterThan(2_500_000_000);
});

test("what is forgotten cannot be recovered, and whoever is up to date goes on", async () => {
  await publish(1);
  await run("forgetStep(stream)");
  await publish(2);
  const { publications, offset } = await broker.history(channel, { limit: 10, sinceOffset: 0 });
  expect(offset).toBe(2);
  expect(publications).toMatchObject([{ offset: 2, previousOffset: 1 }]);
});

test("it keeps as many and for as long as the namespace says", async () => {
  for (let n = 0; n < 10; n++) await publish(n);
  expect(await redis.xlen(step.keys(channel).stream)).toBe(6);
  const ttlMs = await redis.pttl(step.keys(channel).stream);
  expect(ttlMs).toBeGreaterThan(3_500_000);
  expect(ttlMs).toBeLessThanOrEqual(3_600_000);
});

test("after a restart of Redis no offset is given out twice, on this way neither", async () => {
  const [, epoch] = await publish(1);
  await server.restart("SIGKILL");
  const [offset, after] = await eventually(() => publish(2), { timeoutMs: 8_000 });
  expect(after).toBe(epoch);
  expect(offset).toBeGreaterThan(unit);
  expect((await publish(3))[0]).toBe(offset + 1);
});

test("of a channel without history there is no step", () => {
  expect(() => step.terms(redis, "chat:lobby")).toThrow("keeps no history");
});
