import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { figureRowBytes, figuresEveryMs, figuresMax, figuresMaxBytes, type FigureStore } from "../../figure-store.ts";
import { figureKeys } from "../keys.ts";
import { packFigures } from "./figure-row.ts";
import { createRedisFigures } from "./redis-figures.ts";

let server: TestRedis;
let redis: Redis;
let store: FigureStore;
const keys = figureKeys("test");
const open = () =>
  createRedisFigures({
    redis: { url: server.url, prefix: "test" },
    logger: createLogger({ app: "test", level: "silent" }),
  });

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
beforeEach(async () => {
  store = await open();
});
afterEach(async () => {
  await store.close();
  await server.flush();
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

/** As if it had been written then. */
async function writeAt(number: number, clients: number): Promise<void> {
  const stamp = Buffer.alloc(4);
  stamp.writeUInt32LE(number);
  const row = Buffer.concat([stamp, packFigures({ clients })]);
  await redis.setrange(keys.ring, (number % figuresMax) * figureRowBytes, row as unknown as string);
}

test("what was kept is read back by every api, and what was not known or not written is a gap and no zero", async () => {
  expect(await store.keep({ clients: 12_480, inPerSecond: 0.25, outPerSecond: null })).toBe(true);
  const other = await open();
  const { rows, endsAtMs } = await other.read(3);
  await other.close();
  const kept = rows.find((row) => row !== null);
  expect(kept).toMatchObject({ clients: 12_480, inPerSecond: 0.25, outPerSecond: null, dead: null });
  expect(rows.filter((row) => row === null)).toHaveLength(2);
  const [seconds] = await redis.time();
  expect(endsAtMs - Number(seconds) * 1_000).toBeGreaterThan(0);
  expect(endsAtMs - Number(seconds) * 1_000).toBeLessThanOrEqual(figuresEveryMs);
});

test("one api writes at a time, and another goes on when its lease has run out", async () => {
  const other = await open();
  expect(await store.keep({ clients: 1 })).toBe(true);
  expect(await other.keep({ clients: 2 })).toBe(false);
  expect(await store.keep({ clients: 3 })).toBe(true);
  expect(await redis.pttl(keys.lease)).toBeGreaterThan(2 * figuresEveryMs);
  await redis.del(keys.lease);
  expect(await other.keep({ clients: 4 })).toBe(true);
  await other.close();
});

test("24 hours are kept and no more: a row of yesterday is not taken for today's, and the ring has no end", async () => {
  const [seconds] = await redis.time();
  const now = Math.floor((Number(seconds) * 1_000) / figuresEveryMs);
  for (const age of [1, 2, figuresMax - 3]) await writeAt(now - age, age);
  await writeAt(now - figuresMax - 5, 77);
  const { rows, endsAtMs } = await store.read(figuresMax + 1_000);
  expect(rows).toHaveLength(figuresMax);
  const last = endsAtMs / figuresEveryMs - 1;
  const known = rows.flatMap((row, index) => (row === null ? [] : [[last - figuresMax + 1 + index, row.clients]]));
  expect(known).toEqual([
    [now - figuresMax + 3, figuresMax - 3],
    [now - 2, 2],
    [now - 1, 1],
  ]);
  expect(await redis.strlen(keys.ring)).toBeLessThanOrEqual(figuresMaxBytes);
  await store.keep({ clients: 1 });
  expect(await redis.pttl(keys.ring)).toBeLessThanOrEqual((figuresMax + 1) * figuresEveryMs);
});
