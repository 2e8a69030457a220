import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestRedis, type TestRedis } from "./redis-fixture.ts";

let redis: TestRedis;
let client: Redis;

beforeAll(async () => {
  redis = await startTestRedis({ appendOnly: true });
  client = new Redis(redis.url);
});
afterAll(async () => {
  client.disconnect();
  await redis.close();
});

test("flush leaves neither keys nor scripts", async () => {
  await client.set("a", "1");
  const digest = await client.script("LOAD", "return 1");
  await redis.flush();
  expect(await client.dbsize()).toBe(0);
  expect(await client.script("EXISTS", String(digest))).toEqual([0]);
});

test("restart keeps the url, and the data of an append-only server", async () => {
  await client.set("kept", "yes");
  await redis.restart();
  expect(await client.get("kept")).toBe("yes");
});
