import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { turnMs } from "../../alert-store.ts";
import { alertKeys } from "../keys.ts";
import { createRedisAlerts } from "./redis-alerts.ts";

let server: TestRedis;
let redis: Redis;
const keys = alertKeys("test", "desk");
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
  expect(await first.take("desk")).toEqual({ text: null });
  expect(await second.take("desk")).toBeUndefined();
  expect(await second.keep("desk", "late")).toBe(false);
  expect(await first.keep("desk", "told")).toBe(true);
  expect(await second.read("desk")).toBe("told");
  const lasts = await redis.pttl(keys.turn);
  expect(lasts).toBeGreaterThan(0);
  expect(lasts).toBeLessThanOrEqual(turnMs);

  // With each word it lasts longer.
  await redis.pexpire(keys.turn, 1_000);
  expect(await first.keep("desk", "told")).toBe(true);
  expect(await redis.pttl(keys.turn)).toBeGreaterThan(1_000);

  await second.leave("desk");
  expect(await second.take("desk")).toBeUndefined();
  await first.leave("desk");
  expect(await second.take("desk")).toEqual({ text: "told" });

  // As if its lease had run out.
  await redis.del(keys.turn);
  expect(await first.take("desk")).toEqual({ text: "told" });
  expect(await second.keep("desk", "late")).toBe(false);
  expect(await redis.get(keys.state)).toBe("told");

  // Of another receiver nothing is known, and the turn is to be had.
  expect(await second.take("chat")).toEqual({ text: null });
  expect(await second.keep("chat", "other")).toBe(true);
  expect(await first.read("desk")).toBe("told");
  await Promise.all([first.close(), second.close()]);
});
