import { knownChannelName } from "@switchyard/broker/channel-name";
import { memberOf, type Occupancy } from "@switchyard/broker/occupancy";
import { createRedisOccupancy } from "@switchyard/broker/redis-occupancy";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OccupancyKeeper } from "./occupancy-keeper.ts";

const logger = createLogger({ app: "test", level: "fatal" });

let server: TestRedis;
let client: Redis;
let occupancy: Occupancy;
let keeper: OccupancyKeeper;
let writes = 0;

function openKeeper(onWrite: () => void): OccupancyKeeper {
  return new OccupancyKeeper({
    occupancy: {
      ...occupancy,
      write(...args) {
        onWrite();
        return occupancy.write(...args);
      },
    },
    lease: () => "n",
    placeOf: (channel) =>
      channel.startsWith("app:")
        ? { realm: "1", name: channel.slice(4), countsMembers: channel.startsWith("app:presence-") }
        : undefined,
    realms: ["1"],
    logger,
  });
}

beforeAll(async () => {
  server = await startTestRedis({ appendOnly: true });
  client = new Redis(server.url, { maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  occupancy = await createRedisOccupancy({
    redis: { url: server.url, prefix: "sy" },
    logger,
    tells: () => ({ edges: true, counts: false }),
    onRestored: () => keeper.restore(),
  });
  keeper = openKeeper(() => writes++);
  await renewLease();
});
afterAll(async () => {
  await keeper.close();
  await occupancy.close();
  client.disconnect();
  await server.close();
});

const renewLease = () => client.zadd("sy:hub:{nodes}:expiry", Date.now() + 600_000, "n");
const listed = async (prefix: string) => Object.fromEntries(await occupancy.list("1", prefix));
const subscribed = (name: string, count: number) => keeper.subscribed(knownChannelName(`app:${name}`), count);
const present = (channel: string, user: string, change: 1 | -1) =>
  keeper.present({ channel: knownChannelName(channel), client: "c", user, infoJson: "{}", isTold: false }, change);
const members = () => client.hkeys("sy:hub:{occupancy:1}:members");

test("however subscriptions come and go, Redis ends with the numbers that this node has", async () => {
  const step = fc.record({ name: fc.constantFrom("x-1", "x-2", "x-3"), count: fc.nat(3), waits: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const expected = new Map<string, number>();
      for (const { name, count, waits } of steps) {
        expected.set(name, count);
        subscribed(name, count);
        if (waits) await occupancy.count("1", [name]);
      }
      const some = [...expected].filter(([, count]) => count > 0);
      await eventually(async () => expect(await listed("x-")).toEqual(Object.fromEntries(some)));
      for (const name of expected.keys()) subscribed(name, 0);
    }),
    { numRuns: 30 },
  );
});

test("what happens in one turn is one write, however many channels there are, and other channels are none", async () => {
  // Nothing of this one is under way that it could go with.
  let own = 0;
  const quiet = openKeeper(() => own++);
  for (let index = 0; index < 400; index++) quiet.subscribed(knownChannelName(`app:y-${index}`), 1);
  quiet.subscribed(knownChannelName("other:y"), 1);
  await eventually(async () => expect(Object.keys(await listed("y-"))).toHaveLength(400));
  await quiet.close();
  expect(own).toBe(1);
});

test("a crowd that comes for some time is a few writes", async () => {
  await eventually(async () => expect(Object.keys(await listed("y-"))).toHaveLength(400));
  writes = 0;
  const beganMs = performance.now();
  for (let count = 1; count <= 200; count++) {
    subscribed("crowd", count);
    // A round trip, in which a write would be over, too.
    await occupancy.count("1", ["crowd"]);
  }
  await eventually(async () => expect(await listed("crowd")).toEqual({ crowd: 200 }));
  expect(writes * 25).toBeLessThan(performance.now() - beganMs + 50);
});

test("a user is in a presence channel from the first client to the last; nobody without an id is", async () => {
  const channel = "app:presence-1";
  for (const user of ["u", "u", ""]) present(channel, user, 1);
  present("app:y-0", "u", 1);
  await eventually(async () => expect(await members()).toEqual([memberOf("presence-1", "u")]));
  present(channel, "u", -1);
  subscribed("z", 1);
  await eventually(async () => expect(await listed("z")).toEqual({ z: 1 }));
  expect(await members()).toEqual([memberOf("presence-1", "u")]);
  present(channel, "u", -1);
  await eventually(async () => expect(await members()).toEqual([]));
});

test.each([
  ["empty", true],
  ["as it was", false],
])("after Redis was away, and came back %s, it says again what is true", async (_, isEmpty) => {
  await client.config("SET", "appendfsync", "always");
  subscribed("gone", 1);
  subscribed("new", 0);
  subscribed("stays", 2);
  await eventually(async () => expect(await listed("gone")).toEqual({ gone: 1 }));
  if (isEmpty) await client.flushall();
  await server.stop("SIGKILL");
  subscribed("gone", 0);
  subscribed("new", 1);
  await server.restart();
  await eventually(renewLease, { timeoutMs: 10_000 });
  await eventually(async () => expect(await listed("")).toMatchObject({ stays: 2, new: 1 }), { timeoutMs: 10_000 });
  expect(await listed("gone")).toEqual({});
});
