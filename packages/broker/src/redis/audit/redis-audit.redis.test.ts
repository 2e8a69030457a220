import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AuditStore } from "../../audit-store.ts";
import { createRedisAudit } from "./redis-audit.ts";

const key = "test:hub:audit:refusals";
const kept = 10_000;

let server: TestRedis;
let store: AuditStore;

beforeAll(async () => {
  server = await startTestRedis();
  store = await createRedisAudit({
    redis: { url: server.url, prefix: "test" },
    logger: createLogger({ app: "test", level: "silent" }),
  });
});
afterAll(async () => {
  await store.close();
  await server.close();
});
beforeEach(() => server.command("DEL", key));

const write = () => store.append("refusals", { text: "{}", mac: "m" });

/** @returns the ids in their order */
async function writeMany(count: number): Promise<readonly string[]> {
  const many =
    "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'text', '{}', 'mac', 'm') end";
  await server.command("EVAL", many, "1", key, String(count), String(kept));
  return (await store.oldest("refusals", { limit: 20_000 })).map(({ id }) => id);
}

test("a book that nobody has touched has no gap, nor has one that was never written", async () => {
  expect(await store.gaps("refusals")).toEqual({ isFull: false, behindGap: undefined });
  const ids = [await write(), await write()];
  expect(await store.gaps("refusals")).toEqual({ isFull: false, behindGap: undefined });
  expect((await store.oldest("refusals", { limit: 5 })).map(({ id }) => id)).toEqual(ids);
});

test("entries that were taken out leave a gap before the next, in the middle and at the beginning", async () => {
  const ids = [await write(), await write(), await write(), await write()] as const;
  await server.command("XDEL", key, ids[2]);
  expect(await store.gaps("refusals")).toEqual({ isFull: false, behindGap: ids[3] });
  await server.command("DEL", key);
  const [first, second] = [await write(), await write()];
  await server.command("XDEL", key, first);
  expect(await store.gaps("refusals")).toEqual({ isFull: false, behindGap: second });
});

test("a book that is not full and was cut short has a gap before its oldest entry", async () => {
  const ids = [await write(), await write(), await write()] as const;
  await server.command("XTRIM", key, "MAXLEN", "1");
  expect(await store.gaps("refusals")).toEqual({ isFull: false, behindGap: ids[2] });
});

test("the oldest entries of a full book make room without a gap, and a gap goes with them", async () => {
  const ids = await writeMany(kept + 1_000);
  expect(ids.length).toBeLessThan(kept + 1_000);
  expect(await store.gaps("refusals")).toEqual({ isFull: true, behindGap: undefined });
  // Whole nodes of the stream are trimmed, so some more than are kept stay for a while.
  await writeMany(50);
  await server.command("XDEL", key, ids[5] ?? "");
  expect(await store.gaps("refusals")).toEqual({ isFull: true, behindGap: ids[6] });
  await writeMany(1_000);
  expect(await store.gaps("refusals")).toEqual({ isFull: true, behindGap: undefined });
});
