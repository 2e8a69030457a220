import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { eventually } from "@switchyard/testkit/eventually";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { NodeRegistry } from "../../node-registry.ts";
import { nodeKeys } from "../keys.ts";
import { createRedisNodeRegistry } from "./redis-node-registry.ts";

const logger = createLogger({ app: "test", level: "fatal" });
const { expiry, dead } = nodeKeys("sy");
const noCounts = { name: "n", version: "v", num_clients: 0, num_users: 0, num_subs: 0, num_channels: 0, uptime: 0 };

let redis: TestRedis;
let client: Redis;
const open: NodeRegistry[] = [];

async function start(uid: string): Promise<NodeRegistry> {
  const registry = await createRedisNodeRegistry({ redis: { url: redis.url, prefix: "sy" }, logger });
  open.push(registry);
  await registry.start(() => ({ uid, ...noCounts }));
  return registry;
}

beforeAll(async () => {
  redis = await startTestRedis();
  client = new Redis(redis.url);
});
afterEach(async () => {
  for (const registry of open.splice(0)) await registry.close();
  await redis.flush();
});
afterAll(async () => {
  client.disconnect();
  await redis.close();
});

test("a node whose lease has run out is not listed, and is given to one survivor", async () => {
  const [one, two] = [await start("a"), await start("b")];
  expect((await one.list()).map(({ uid }) => uid).sort()).toEqual(["a", "b"]);
  expect(await one.claimDead()).toBeUndefined();
  await client.zadd(expiry, Date.now() - 1, "crashed");
  const claims = await Promise.all([one.claimDead(), two.claimDead()]);
  expect(claims.filter((claim) => claim !== undefined)).toMatchObject([{ node: "crashed" }]);
  for (const claim of claims) if (claim !== undefined) await one.bury(claim);
  expect(await client.zcard(dead)).toBe(0);
});

test("a node that has not renewed in time is not listed, though nobody has given it up yet", async () => {
  const [one] = [await start("a"), await start("b")];
  await client.zadd(expiry, Date.now() - 1, "b");
  expect((await one.list()).map(({ uid }) => uid)).toEqual(["a"]);
});

test("a sweeper that died on the way is replaced", async () => {
  const one = await start("a");
  await client.zadd(dead, Date.now() - 1, "crashed");
  expect(await one.claimDead()).toMatchObject({ node: "crashed" });
});

test("a node that says goodbye is gone at once, and what it left is the others' to sweep", async () => {
  const [one, two] = [await start("a"), await start("b")];
  await two.close();
  expect((await one.list()).map(({ uid }) => uid)).toEqual(["a"]);
  expect(await one.claimDead()).toMatchObject({ node: "b" });
});

test("who has left by itself is told from who has died, by what it said last, for an hour", async () => {
  const [one, two] = [await start("a"), await start("b")];
  await two.close();
  expect(await one.leftOf(["b", "of-nobody"])).toEqual(new Map([["b", { uid: "b", ...noCounts }]]));
  expect(await client.ttl("sy:hub:{left}:b")).toBeGreaterThan(3_000);
});

test("what a node was started with is told by its hash for as long as it is there, also after Redis has lost everything", async () => {
  const settings = { hash: "abc", json: '[{"key":"redis.prefix"}]' };
  const registry = await createRedisNodeRegistry({ redis: { url: redis.url, prefix: "sy" }, logger, settings });
  open.push(registry);
  await registry.start(() => ({ uid: "a", ...noCounts }));
  expect(await registry.list()).toMatchObject([{ uid: "a", settings: "abc" }]);
  await eventually(async () =>
    expect(await registry.settingsOf(["abc", "of-nobody"])).toEqual([settings.json, undefined]),
  );
  expect(await client.ttl("sy:hub:{settings}:abc")).toBeGreaterThan(3_000);
  await redis.flush();
  await registry.announce();
  await eventually(async () => expect(await registry.settingsOf(["abc"])).toEqual([settings.json]));
});

test("a sweep that was asked for while another was under way is not forgotten", async () => {
  const one = await start("a");
  await client.zadd(dead, 0, "frozen");
  const claim = await one.claimDead();
  await client.zadd(dead, 0, "frozen");
  if (claim !== undefined) await one.bury(claim);
  expect(await one.claimDead()).toMatchObject({ node: "frozen" });
});
