import { readFileSync } from "node:fs";
import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FigureStore, figuresEveryMs, figuresMax, figuresMaxBytes } from "../../figure-store.ts";
import { figureKeys } from "../keys.ts";
import { packFigures } from "./figure-row.ts";
import { createRedisFigures, keepFiguresScript } from "./redis-figures.ts";

let server: TestRedis;
let redis: Redis;
let store: FigureStore;
const keys = figureKeys("test");
const rowsIn = (minutes: number) => (minutes * 60_000) / figuresEveryMs;
const dayMs = figuresMax * figuresEveryMs;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  store = await createRedisFigures({
    redis: { url: server.url, prefix: "test" },
    logger: createLogger({ app: "test", level: "silent" }),
  });
});
afterAll(async () => {
  await store.close();
  redis.disconnect();
  await server.close();
});

/** The script as it is, by a clock that runs as fast as it can, which leases go by, too. */
const byFastClock = `
  local function nowMs() return tonumber(ARGV[5]) end
  local function keep() ${readFileSync(keepFiguresScript.file, "utf8")} end
  if tonumber(redis.call("GET", KEYS[3]) or "0") <= nowMs() then redis.call("DEL", KEYS[2]) end
  local kept = keep()
  if kept == 1 then redis.call("SET", KEYS[3], string.format("%d", nowMs() + 3 * ARGV[3])) end
  return kept`;

test("a day of two apis, of which one dies and both are started anew, has gaps of just that time, and takes no more than its ring", async () => {
  const sha = String(await redis.script("LOAD", byFastClock));
  const day = redis.pipeline();
  const row = packFigures({ clients: 5, inPerSecond: 0.1 });
  const keep = (api: string, atMs: number) =>
    day.evalsha(sha, 3, keys.ring, keys.lease, "lease-ends", api, row, figuresEveryMs, figuresMax, atMs);
  const [seconds] = await redis.time();
  const endMs = Math.floor((Number(seconds) * 1_000) / figuresEveryMs) * figuresEveryMs;
  // A day and an hour, so that the ring is written over.
  const beginMs = endMs - dayMs - 3_600_000;
  const [diesMs, stopMs, startMs] = [endMs - 16 * 3_600_000, endMs - 8 * 3_600_000, endMs - 8 * 3_600_000 + 120_000];
  const isThere = (api: string, atMs: number) =>
    api === "a" ? atMs < diesMs || atMs >= startMs : atMs < stopMs || atMs >= startMs;
  for (let atMs = beginMs; atMs < endMs; atMs += figuresEveryMs) {
    if (isThere("a", atMs)) keep("a", atMs + 100);
    if (isThere("b", atMs)) keep("b", atMs + 4_100);
  }

  await day.exec();
  await redis.del("lease-ends");

  const { rows, endsAtMs } = await store.read(figuresMax);
  const indexOf = (atMs: number) => rows.length - (endsAtMs - atMs) / figuresEveryMs;
  const gaps = rows.flatMap((row, index) => (row === null && index < indexOf(endMs) ? [index] : []));
  const ofDeath = gaps.filter((index) => index < indexOf(stopMs));
  expect(ofDeath.length).toBeLessThanOrEqual(3);
  for (const index of ofDeath) expect(index - indexOf(diesMs)).toBeLessThan(3);
  const ofStart = Array.from({ length: rowsIn(2) }, (_, index) => indexOf(stopMs) + index);
  expect(gaps.filter((index) => index >= indexOf(stopMs))).toEqual(ofStart);
  // Rates are what each api has reckoned by itself and so known as a whole or not at all; none is made of two apis.
  expect(new Set(rows.map((one) => one && one.inPerSecond?.toFixed(2)))).toEqual(new Set([null, "0.10"]));

  const kept = await redis.keys("*");
  expect(kept.toSorted()).toEqual([keys.lease, keys.ring].toSorted());
  const sizes = await Promise.all(kept.map((key) => redis.memory("USAGE", key)));
  // Redis reserves a million bytes behind a text that grows, and its allocator may round that up by a quarter. Nothing grows with the number
  // of processes.
  expect(sizes.reduce<number>((sum, size) => sum + Number(size), 0)).toBeLessThan((figuresMaxBytes + 1_100_000) * 1.25);
});
