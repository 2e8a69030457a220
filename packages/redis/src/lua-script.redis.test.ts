import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLuaScript } from "./lua-script.ts";

let server: TestRedis;
let redis: Redis;
const append = createLuaScript('return redis.call("RPUSH", KEYS[1], ARGV[1])');
const echo = createLuaScript("return ARGV[1]");

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.close());
beforeEach(async (context) => {
  redis = new Redis(server.url);
  context.onTestFinished(() => redis.disconnect());
  await redis.flushall();
  await redis.script("FLUSH");
});

test("calls keep their order on a Redis that does not know the script yet", async () => {
  const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
  const replies = await Promise.all(numbers.map((number) => append.run(redis, ["list"], [number])));
  expect(replies).toEqual(numbers);
  expect(await redis.lrange("list", 0, -1)).toEqual(numbers.map(String));
});

test("a script that Redis has forgotten is sent again", async () => {
  await append.run(redis, ["list"], ["first"]);
  await redis.script("FLUSH");
  await expect(append.run(redis, ["list"], ["second"])).resolves.toBe(2);
});

test("a number that a script cannot hold digit for digit is refused before it is sent", async () => {
  for (const number of [2 ** 53, 1e17, 1e21, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    await expect(echo.run(redis, [], [number])).rejects.toThrow(RangeError);
  }
  for (const number of [-1, 1e14, 1e15, 2 ** 53 - 1]) {
    await expect(echo.run(redis, [], [number])).resolves.toBe(number.toFixed(0));
  }
});

test("bytes come back as they were given", async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  await expect(echo.runBuffer(redis, [], [bytes])).resolves.toEqual(bytes);
  await expect(echo.run(redis, [], ["é"])).resolves.toBe("é");
});
