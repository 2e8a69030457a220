import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { playRandomJoins } from "./random-joins.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.close());

test("clients join and leave at random while nodes and takers are killed: what is told balances, goes forward and is right at rest", async () => {
  const { figures, broken } = await playRandomJoins({ redisUrl: redis.url, operations: 2_500, seed: 7 });
  expect(broken).toEqual([]);
  // It is no trial unless these happen.
  expect(figures["killed"]).toBeGreaterThan(2);
  expect(figures["batches taken again"]).toBeGreaterThan(10);
});
