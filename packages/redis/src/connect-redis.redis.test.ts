import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { expect, onTestFinished, test } from "vitest";
import { connectRedis } from "./connect-redis.ts";

test("a connection is back within a second after Redis has loaded its file, however long it says that takes", async () => {
  const server = await startTestRedis({ appendOnly: true, extraArguments: ["--key-load-delay", "500"] });
  const redis = await connectRedis({ url: server.url, patience: "wait" });
  onTestFinished(async () => {
    redis.disconnect();
    await server.close();
  });
  // Many small keys, slow to load, and then most of the bytes at once: halfway Redis expects to need minutes.
  const small = redis.pipeline();
  for (let index = 0; index < 6_000; index++) small.set(`small:${index}`, index);
  await small.exec();
  await redis.set("large", "x".repeat(20_000_000));
  const lost = new Promise((resolve) => redis.once("close", resolve));
  await server.stop("SIGKILL");
  await lost;
  // Resolves when Redis answers, which it does not while it loads.
  await server.restart();
  const loadedAtMs = performance.now();
  await eventually(() => expect(redis.status).toBe("ready"), { timeoutMs: 15_000 });
  expect(performance.now() - loadedAtMs).toBeLessThan(1_500);
  // Redis is slow to load on purpose.
}, 60_000);
