import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { expect, onTestFinished, test } from "vitest";
import { connectRedis } from "./connect-redis.ts";
import { redisFailure } from "./plain-words.ts";

test.each([
  [new Error("connect ECONNREFUSED 127.0.0.1:6379"), "Redis is not running, or not at this address"],
  [new Error("LOADING Redis is loading the dataset in memory"), "Redis is loading its data"],
  [new Error("OOM command not allowed when used memory > 'maxmemory'."), "Redis is full (maxmemory)"],
  [new Error("something else"), "something else"],
  ["thrown text", "thrown text"],
])("%s is told as it is in the documentation", (error, words) => {
  expect(redisFailure(error)).toBe(words);
});

test("what a command says when Redis hangs or is gone is no riddle of the client library", async () => {
  const server = await startTestRedis();
  const redis = await connectRedis({ url: server.url, patience: "fail-fast" });
  onTestFinished(async () => {
    redis.disconnect();
    await server.close();
  });
  server.signal("SIGSTOP");
  await expect(redis.ping()).rejects.toThrow(/^Redis does not answer$/);
  const lost = redis.ping();
  const words = /^(?:the connection to Redis was lost before the answer|Redis does not answer)$/;
  // Heard from the beginning: it may be refused before the other has returned.
  await Promise.all([expect(lost).rejects.toThrow(words), server.stop("SIGKILL")]);
  await expect(redis.ping()).rejects.toThrow(/^Redis is not connected$/);
  expect(await redis.pipeline().ping().exec()).toMatchObject([[{ message: "Redis is not connected" }]]);
});
