import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPresenceHub, type PresenceHub } from "./presence-hub.ts";

let hub: PresenceHub;
let redis: Redis;
beforeAll(async () => {
  hub = await startPresenceHub(2);
  redis = new Redis(hub.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await hub?.close();
});

test("clients of both gateways see each other, the reply comes before one's own join, and leaving is told", async () => {
  const channel = "room:two";
  const [anna, ben] = [await hub.connected(0, "anna"), await hub.connected(1, "ben")];
  await anna.subscribe(channel);
  await anna.nextPush(({ join }) => join !== undefined);
  const frames = anna.frames.join("\n");
  expect(frames.indexOf('"subscribe":{')).toBeLessThan(frames.indexOf('"join":{'));

  await ben.subscribe(channel);
  await eventually(() => expect(anna.heard(channel)).toEqual(["join anna", "join ben"]));
  expect(new Set(await anna.present(channel))).toEqual(new Set([anna.id, ben.id]));
  expect(await ben.stats(channel)).toEqual({ num_clients: 2, num_users: 2 });

  await ben.call({ unsubscribe: { channel } });
  await eventually(() => expect(anna.heard(channel)).toEqual(["join anna", "join ben", "leave ben"]));
  await eventually(async () => expect(await anna.present(channel)).toEqual([anna.id]));
  await Promise.all([anna.close(), ben.close()]);
  await eventually(async () => expect(await redis.keys("sy:{room:two}:presence*")).toEqual([]));
});

test("only who asks hears of joins where they are not forced; where presence is off it is not available and costs nothing", async () => {
  const [curious, quiet] = [await hub.connected(0, "curious"), await hub.connected(0, "quiet")];
  await curious.call({ subscribe: { channel: "asked:1", join_leave: true } });
  await quiet.subscribe("asked:1");
  await eventually(() => expect(curious.heard("asked:1")).toEqual(["join curious", "join quiet"]));
  expect(quiet.heard("asked:1")).toEqual([]);

  await quiet.subscribe("plain:1");
  expect(await quiet.call({ presence: { channel: "plain:1" } })).toMatchObject({ error: { code: 108 } });
  expect(await redis.keys("sy:{plain:1}*")).toEqual([]);
  expect(await curious.call({ presence: { channel: "room:elsewhere" } })).toMatchObject({ error: { code: 103 } });
  await Promise.all([curious.close(), quiet.close()]);
});

test("the SDK asks who is there, and is told who comes and goes", async () => {
  const [anna, ben] = [await hub.sdk(0, "anna"), await hub.sdk(1, "ben")];
  const heard: unknown[] = [];
  const room = anna.newSubscription("asked:sdk", { joinLeave: true });
  for (const kind of ["join", "leave"] as const)
    room.on(kind, ({ info }) => void heard.push([kind, info.user, info.connInfo]));
  room.subscribe();
  await room.ready(5_000);
  const there = ben.newSubscription("asked:sdk");
  there.subscribe();
  await there.ready(5_000);
  const { clients } = await room.presence();
  expect(
    Object.values(clients)
      .map(({ user }) => user)
      .toSorted(),
  ).toEqual(["anna", "ben"]);
  expect(await there.presenceStats()).toMatchObject({ numClients: 2, numUsers: 2 });
  ben.disconnect();
  await eventually(() =>
    expect(heard).toEqual([
      ["join", "anna", { name: "ANNA" }],
      ["join", "ben", { name: "BEN" }],
      ["leave", "ben", { name: "BEN" }],
    ]),
  );
  anna.disconnect();
});

test("a page reload on another gateway is neither a leave nor a join; staying away is a leave", async () => {
  const [watcher, before] = [await hub.connected(0, "watcher"), await hub.connected(0, "reloader")];
  const events = await hub.listener(1);
  await watcher.subscribe("calm:1");
  await before.subscribe("calm:1");
  before.terminate();
  await before.closed;
  await eventually(async () => expect(await redis.hkeys("sy:{calm:1}:presence-leaving")).toEqual(["reloader"]));
  const after = await hub.connected(1, "reloader");
  await after.subscribe("calm:1");
  await eventually(async () =>
    expect(new Set(await watcher.present("calm:1"))).toEqual(new Set([watcher.id, after.id])),
  );
  await after.close();
  await eventually(() => expect(watcher.heard("calm:1")).toContain("leave reloader"), { timeoutMs: 15_000 });
  expect(watcher.heard("calm:1")).toEqual(["join watcher", "join reloader", "leave reloader"]);
  await eventually(() => expect(events.events()).toContain("offline reloader"), { timeoutMs: 15_000 });
  const aboutReloader = events.events().filter((event) => event.endsWith(" reloader"));
  expect(aboutReloader).toEqual(["offline reloader"]);
  await Promise.all([watcher.close(), events.close()]);
});

test("a user with several connections comes online once and goes offline once, wherever they are", async () => {
  const events = await hub.listener(0);
  const connections = [];
  for (let index = 0; index < 6; index++) connections.push(await hub.connected(index % 2, "many"));
  for (const connection of connections) await connection.close();
  await eventually(() => expect(events.events()).toContain("offline many"), { timeoutMs: 15_000 });
  expect(events.events().filter((event) => event.endsWith(" many"))).toEqual(["online many", "offline many"]);
  await events.close();
});

test("20 000 members, more than may wait for a client, are listed in one answer while the channel goes on", async () => {
  const crowd = "room:crowd";
  const watcher = await hub.connected(0, "watcher");
  await watcher.subscribe(crowd);
  const node = (await redis.zrange("sy:hub:{nodes}:expiry", 0, "-1"))[0] ?? "";
  const entries = Array.from({ length: 20_000 }, (_, index): [string, string] => [
    `client-${index}`,
    `${node}:0:1:u${JSON.stringify({ user: "u", client: `client-${index}`, conn_info: { name: "x".repeat(100) } })}`,
  ]);
  await redis.hset("sy:{room:crowd}:presence", Object.fromEntries(entries));
  const listing = watcher.present(crowd);
  const latecomer = await hub.connected(1, "latecomer");
  await latecomer.subscribe(crowd);
  expect((await listing).length).toBeGreaterThanOrEqual(20_001);
  await eventually(() => expect(watcher.heard(crowd)).toContain("join latecomer"));
  await redis.hdel("sy:{room:crowd}:presence", ...entries.map(([client]) => client));
  await Promise.all([watcher.close(), latecomer.close()]);
});

test("idle connections cost no Redis writes", async () => {
  const idle = await Promise.all(Array.from({ length: 60 }, (_, index) => hub.connected(index % 2, `idle-${index}`)));
  await Promise.all(idle.map((client) => client.subscribe("room:idle")));
  // What the tests before this one left to be tidied up is over when nobody is leaving any more, and half a second brings no
  // more than leases do.
  const before = await eventually(
    async () => {
      expect(await redis.keys("sy:*:presence-leaving")).toEqual([]);
      const count = await countWrites();
      await delay(500);
      expect((await countWrites()) - count).toBeLessThanOrEqual(4);
      return countWrites();
    },
    { timeoutMs: 20_000 },
  );
  await delay(3_500);
  const writes = (await countWrites()) - before;
  // Two gateways renew their leases every 3 s: a ZADD and an HSET each time.
  expect(writes).toBeGreaterThanOrEqual(4);
  expect(writes).toBeLessThanOrEqual(2 * 2 * 2);
  await Promise.all(idle.map((client) => client.close()));
});

/** Commands that change a key, by Redis' own count. */
async function countWrites(): Promise<number> {
  const stats = await redis.info("commandstats");
  const isWrite = /^cmdstat_(h(set|del|incrby)|s(add|rem)|z(add|rem)|x(add|trim)|set|del|p?expire|incr)(\||:)/;
  return stats
    .split("\r\n")
    .filter((line) => isWrite.test(line))
    .reduce((sum, line) => sum + Number(/calls=(\d+)/.exec(line)?.[1]), 0);
}
