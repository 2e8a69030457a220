import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connectRedis } from "./connect-redis.ts";
import { keepWritten } from "./keep-written.ts";

const logger = createLogger({ app: "test", level: "silent" });
let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
beforeEach(() => server.flush());
afterAll(() => server.close());

/** A process that knows one field and counts how often it has written it. */
async function survivor(field: string, options: { readonly failing?: number } = {}) {
  const redis: Redis = await connectRedis({ url: server.url, patience: "fail-fast" });
  let writes = 0;
  const write = async () => {
    writes += 1;
    if (writes > 1 && writes <= 1 + (options.failing ?? 0)) throw new Error("refused");
    await redis.hset("{test}:state", field, "known");
  };
  const end = await keepWritten({ redis, mark: "{test}:mark", write, logger });
  return {
    redis,
    writes: () => writes,
    close: () => {
      end();
      redis.disconnect();
    },
  };
}

test("everybody writes back what they know when Redis has forgotten, and only then", async () => {
  const survivors = [await survivor("a"), await survivor("b"), await survivor("c")];
  await survivors[0]?.redis.flushall();
  await eventually(async () => {
    expect(await survivors[0]?.redis.hgetall("{test}:state")).toEqual({ a: "known", b: "known", c: "known" });
  });
  const marks = await survivors[0]?.redis.get("{test}:mark");
  // Two looks later nobody has found anything to do.
  await new Promise((resolve) => setTimeout(resolve, 2_200));
  expect(survivors.map(({ writes }) => writes())).toEqual([2, 2, 2]);
  expect(await survivors[0]?.redis.get("{test}:mark")).toBe(marks);
  for (const { close } of survivors) close();
});

test("a write that fails is repeated until it succeeds", async () => {
  const { redis, writes, close } = await survivor("a", { failing: 2 });
  await redis.flushall();
  await eventually(async () => expect(await redis.hget("{test}:state", "a")).toBe("known"), { timeoutMs: 8_000 });
  expect(writes()).toBe(4);
  close();
});

test("after a reconnect it is written again: who answers now may have lost the newest writes and kept the mark", async () => {
  const { redis, writes, close } = await survivor("a");
  await redis.hdel("{test}:state", "a");
  redis.disconnect(true);
  await eventually(() => expect(writes()).toBe(2));
  expect(await redis.hget("{test}:state", "a")).toBe("known");
  close();
});
