import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTogether } from "./lua-script.ts";

let server: TestRedis;
let client: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  client = new Redis(server.url);
  await client.ping();
});
afterAll(async () => {
  client.disconnect();
  await server.close();
});

/** How often Redis has read from its clients. */
async function readCount(): Promise<number> {
  const stats = await client.info("stats");
  return Number(/total_reads_processed:(\d+)/.exec(stats)?.[1]);
}

function increment(): Promise<number> {
  writeTogether(client);
  return client.incr("count");
}

test("the commands of one turn reach Redis in one piece, in their order", async () => {
  const before = await readCount();
  const replies = await Promise.all(Array.from({ length: 100 }, increment));
  expect(replies).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  // One for the hundred and one for the question itself, less than ten if Redis was woken in the middle.
  expect((await readCount()) - before).toBeLessThan(10);
});

test("a command that follows from a reply leaves, too", async () => {
  const first = await increment();
  await expect(increment()).resolves.toBe(first + 1);
});
