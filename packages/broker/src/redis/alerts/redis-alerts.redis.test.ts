import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { turnMs } from "../../alert-store.ts";
import { alertKeys } from "../keys.ts";
import { createRedisAlerts } from "./redis-alerts.ts";

let server: TestRedis;
let redis: Redis;
const keys = alertKeys("test");
const open = () =>
  createRedisAlerts({
    redis: { url: server.url, prefix: "test" },
    logger: createLogger({ app: "test", level: "silent" }),
  });

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

test("one process has the turn, another goes on from what it kept when it leaves or dies, and a late word of the first is not kept", async () => {
  const [first, second] = [await open(), await open()];
  expect(await first.take()).toEqual({ text: null });
  expect(await second.take()).toBeUndefined();
  expect(await second.keep("late")).toBe(false);
  expect(await first.keep("told")).toBe(true);
  expect(await second.read()).toBe("told");
  const lasts = await redis.pttl(keys.turn);
  expect(lasts).toBeGreaterThan(0);
  expect(lasts).toBeLessThanOrEqual(turnMs);

  await second.leave();
  expect(await second.take()).toBeUndefined();
  await first.leave();
  expect(await second.take()).toEqual({ text: "told" });

  // As if its lease had run out.
  await redis.del(keys.turn);
  expect(await first.take()).toEqual({ text: "told" });
  expect(await second.keep("late")).toBe(false);
  expect(await redis.get(keys.state)).toBe("told");
  await Promise.all([first.close(), second.close()]);
});
