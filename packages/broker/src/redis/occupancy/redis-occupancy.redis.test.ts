import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { listedRealm, memberOf, type Occupancy, type OccupancyEvent, type OccupancyEvents } from "../../occupancy.ts";
import { nodeKeys, occupancyKeys } from "../keys.ts";
import { createRedisOccupancyEvents } from "./redis-occupancy-events.ts";
import { createRedisOccupancy } from "./redis-occupancy.ts";

const logger = createLogger({ app: "test", level: "fatal" });
const told = new Map([
  ["all", { edges: true, counts: true }],
  ["edges", { edges: true, counts: false }],
]);
const tells = (realm: string) => told.get(realm) ?? { edges: false, counts: false };

const nodes = ["a", "b", "c"];

let redis: TestRedis;
let client: Redis;
/** Who leaves is told of at once, or, of the patient one, in a minute. */
let occupancy: Occupancy;
let patient: Occupancy;
let events: OccupancyEvents;
beforeAll(async () => {
  redis = await startTestRedis();
  client = new Redis(redis.url);
  const options = { redis: { url: redis.url, prefix: "sy" }, logger, tells, onRestored: () => undefined };
  occupancy = await createRedisOccupancy({ ...options, vacantMs: 0 });
  patient = await createRedisOccupancy({ ...options, vacantMs: 60_000 });
  events = await createRedisOccupancyEvents(options);
  await live(...nodes);
});
afterEach(async () => {
  await redis.flush();
  await live(...nodes);
});
afterAll(async () => {
  await Promise.all([occupancy, patient, events].map((one) => one.close()));
  client.disconnect();
  await redis.close();
});

const live = async (...leases: string[]) => {
  for (const lease of leases) await client.zadd(nodeKeys("sy").expiry, Date.now() + 600_000, lease);
};
const write = (realm: string, lease: string, counts: Record<string, number>, by = occupancy) =>
  by.write(realm, lease, new Map(Object.entries(counts)));

/** All there is to tell, batch by batch. */
async function takeAll(realm: string): Promise<OccupancyEvent[]> {
  const batch = await events.take(realm);
  if (batch === undefined) return [];
  await events.done(realm, batch);
  return [...batch.events, ...(await takeAll(realm))];
}

test("a list is read in parts, with what is occupied all the while in one of them, and ends", async () => {
  const names = Array.from({ length: 700 }, (_, index) => `news:${index}`);
  await write(listedRealm, "a", Object.fromEntries([...names, "chat:*"].map((name) => [name, 1])));
  await write(listedRealm, "b", { "news:7": 2, "news:8": 0 });
  await client.zadd(nodeKeys("sy").expiry, Date.now() - 1, "c");
  await write(listedRealm, "c", { "news:ghost": 5 });
  const found = new Map<string, number>();
  let [cursor, parts] = ["0", 0];
  do {
    const page = await occupancy.page(listedRealm, { cursor, limit: 100, prefix: "news:" });
    for (const [channel, count] of page.channels) found.set(channel, count);
    cursor = page.cursor;
    parts += 1;
  } while (cursor !== "0");
  expect([...found.keys()].toSorted()).toEqual(names.toSorted());
  expect([found.get("news:7"), found.get("news:8")]).toEqual([3, 1]);
  expect(parts).toBeGreaterThan(3);
  const starred = await occupancy.page(listedRealm, { cursor: "0", limit: 1_000, prefix: "chat:*" });
  expect([...starred.channels]).toEqual([["chat:*", 1]]);
});

test("a count is the sum over the nodes that live, and a list is of what begins so and has anybody", async () => {
  await write("quiet", "a", { "room-1": 2, "room-2": 1, "hall*": 1 });
  await write("quiet", "b", { "room-1": 3, "room-3": 1 });
  await write("quiet", "dead", { "room-1": 5, "room-4": 1 });
  await write("other", "a", { "room-9": 1 });
  expect(await occupancy.count("quiet", ["room-1", "room-4", "nothing"])).toEqual([5, 0, 0]);
  expect(Object.fromEntries(await occupancy.list("quiet", "room-"))).toEqual({ "room-1": 5, "room-2": 1, "room-3": 1 });
  expect([...(await occupancy.list("quiet", "hall*")).keys()]).toEqual(["hall*"]);
  expect([...(await occupancy.list("quiet", "h?ll")).keys()]).toEqual([]);
});

test("whatever nodes write, in any order and again, counts are what they wrote last, and edges are told by turns", async () => {
  const step = fc.record({
    lease: fc.constantFrom(...nodes),
    field: fc.constantFrom("x", memberOf("x", "u1"), memberOf("x", "用:2 3")),
    count: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await redis.flush();
      await live(...nodes);
      const counts = new Map<string, number>();
      const expected: string[] = [];
      const isThere = (field: string) => nodes.some((lease) => (counts.get(lease + field) ?? 0) > 0);
      const seen: string[] = [];
      for (const { lease, field, count } of steps) {
        const before = isThere(field);
        counts.set(lease + field, count);
        await write("edges", lease, { [field]: count });
        for (const event of await takeAll("edges")) {
          seen.push(`${event.kind} ${"user" in event ? memberOf(event.channel, event.user) : "x"}`);
        }
        if (before === isThere(field)) continue;
        const [came, went] = field === "x" ? ["occupied", "vacated"] : ["joined", "left"];
        expected.push(`${before ? went : came} ${field}`);
      }
      const total = nodes.reduce((sum, lease) => sum + (counts.get(`${lease}x`) ?? 0), 0);
      expect(await occupancy.count("edges", ["x"])).toEqual([total]);
      expect(seen).toEqual(expected);
      for (const lease of nodes) await occupancy.sweep("edges", lease);
      await takeAll("edges");
      expect(await client.keys("sy:hub:{occupancy*")).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("who is back within the time has not gone, on whichever node", async () => {
  await write("edges", "a", { x: 1, [memberOf("x", "u")]: 1 }, patient);
  expect((await takeAll("edges")).map(({ kind }) => kind)).toEqual(["occupied", "joined"]);
  await write("edges", "a", { x: 0, [memberOf("x", "u")]: 0 }, patient);
  await write("edges", "b", { x: 1, [memberOf("x", "u")]: 1 }, patient);
  expect(await takeAll("edges")).toEqual([]);
  expect(await client.exists(occupancyKeys("sy", "edges").due)).toBe(0);
  await write("edges", "b", { x: 0 }, patient);
  expect(await takeAll("edges")).toEqual([]);
});

test("what a dead node had is gone at once, and told of when it is swept", async () => {
  await write("edges", "dead", Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`x${index}`, 1])));
  await write("edges", "a", { x0: 1 });
  await takeAll("edges");
  expect(await occupancy.list("edges", "")).toHaveProperty("size", 1);
  expect(await occupancy.sweep("edges", "dead")).toBe(1_200);
  const left = await takeAll("edges");
  expect(left).toHaveLength(1_199);
  expect(left).not.toContainEqual({ kind: "vacated", channel: "x0" });
});

test("of many changes of a count the newest number is told, of a crowd only after some time", async () => {
  for (const count of [1, 2, 3]) await write("all", "a", { x: count, [memberOf("x", "u")]: 1 });
  const counts = (list: readonly OccupancyEvent[]) => list.filter(({ kind }) => kind === "count");
  expect(counts(await takeAll("all"))).toEqual([{ kind: "count", channel: "x", subscriptions: 3 }]);
  await write("all", "b", { x: 100 });
  expect(counts(await takeAll("all"))).toEqual([]);
  const due = Number(await client.zscore(occupancyKeys("sy", "all").due, "\nx"));
  expect(due).toBeGreaterThan(Date.now() + 1_000);
  await write("all", "b", { x: 99 });
  expect(Number(await client.zscore(occupancyKeys("sy", "all").due, "\nx"))).toBe(due);
});

test("a batch stays the same until it is done, whoever asks and whatever happens meanwhile", async () => {
  await write("edges", "a", { x: 1 });
  await occupancy.tell("edges", '{"name":"client_event"}');
  const first = await events.take("edges");
  expect(first?.events).toEqual([
    { kind: "occupied", channel: "x" },
    { kind: "told", eventJson: '{"name":"client_event"}' },
  ]);
  await write("edges", "a", { y: 1 });
  expect(await events.take("edges")).toEqual(first);
  if (first !== undefined) await events.done("edges", first);
  const second = await events.take("edges");
  expect(second?.events).toEqual([{ kind: "occupied", channel: "y" }]);
  // Late, by a taker that was frozen.
  if (first !== undefined) await events.done("edges", first);
  expect(await events.take("edges")).toEqual(second);
});

test("a batch is bounded in bytes, and events that nobody takes give way from the oldest", async () => {
  const large = (bytes: number) => JSON.stringify("x".repeat(bytes));
  for (const event of [large(100_000), large(40_000), large(40_000), "1"]) await occupancy.tell("edges", event);
  const sizes: number[] = [];
  for (let batch = await events.take("edges"); batch !== undefined; batch = await events.take("edges")) {
    sizes.push(batch.events.length);
    await events.done("edges", batch);
  }
  expect(sizes).toEqual([1, 1, 2]);
  await client.rpush(occupancyKeys("sy", "quiet").waiting, ...Array.from({ length: 9_999 }, () => "told\n0"));
  expect([await occupancy.tell("quiet", "1"), await occupancy.tell("quiet", "2")]).toEqual([0, 1]);
  expect(await client.llen(occupancyKeys("sy", "quiet").waiting)).toBe(10_000);
});

test("of a realm nobody is told of, nothing waits", async () => {
  await write("quiet", "a", { x: 1, [memberOf("x", "u")]: 1 });
  await write("quiet", "a", { x: 0 });
  const { due, waiting } = occupancyKeys("sy", "quiet");
  expect(await client.exists(due, waiting)).toBe(0);
});

test("while Redis is away a list is refused as temporary", async () => {
  redis.signal("SIGSTOP");
  await expect(occupancy.list("quiet", "")).rejects.toMatchObject({ code: 100, temporary: true });
  redis.signal("SIGCONT");
  await eventually(async () => expect(await occupancy.list("quiet", "")).toEqual(new Map()), { timeoutMs: 10_000 });
});
