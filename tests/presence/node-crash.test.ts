import { eventually } from "@switchyard/testkit/eventually";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPresenceHub, type PresenceHub } from "./presence-hub.ts";

let hub: PresenceHub;
let redis: Redis;
beforeAll(async () => {
  hub = await startPresenceHub(3);
  redis = new Redis(hub.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await hub?.close();
});

const now = () => performance.now();
const nodeOf = async (channel: string) => (await redis.hkeys(`sy:{${channel}}:presence-nodes`))[0];

test("after kill -9 of a gateway nobody sees its clients for more than 10 s, and each departure is told exactly once", async () => {
  const events = await hub.listener(0);
  const watcher = await hub.connected(0, "watcher");
  await watcher.subscribe("room:shared");
  const doomed = await Promise.all(["x", "y", "z"].map((user) => hub.connected(2, user)));
  for (const client of doomed) {
    await client.subscribe("room:shared");
    await client.subscribe(`room:of-${client.id}`);
  }
  const survivor = await hub.connected(0, "x");
  await survivor.subscribe("room:shared");
  expect(await watcher.stats("room:shared")).toEqual({ num_clients: 5, num_users: 4 });

  const index = `sy:hub:{node:${await nodeOf("room:of-" + doomed[0]?.id)}}:presence`;
  expect(await redis.scard(index)).toBe(9);
  await hub.gateways[2]?.kill();
  const killedMs = now();
  // Who asks within the 10 s may see them; how long the asking takes is the machine's affair.
  let lastGhostAskedMs = killedMs;
  await eventually(
    async () => {
      const askedMs = now();
      const present = new Set(await watcher.present("room:shared"));
      if (doomed.some(({ id }) => present.has(id))) lastGhostAskedMs = askedMs;
      expect(present).toEqual(new Set([watcher.id, survivor.id]));
    },
    { timeoutMs: 15_000, everyMs: 100 },
  );
  expect(lastGhostAskedMs - killedMs).toBeLessThan(10_000);
  expect(await watcher.stats("room:shared")).toEqual({ num_clients: 2, num_users: 2 });

  await eventually(
    () => expect(watcher.heard("room:shared").filter((text) => text.startsWith("leave"))).toHaveLength(3),
    {
      timeoutMs: 8_000,
    },
  );
  await eventually(async () => expect(await redis.exists(index)).toBe(0));
  const left = () => events.events().filter((event) => /^(offline [xyz]|vacated room:of)/.test(event));
  const vacated = doomed.map(({ id }) => `vacated room:of-${id}`);
  // x is still online by way of another gateway, and the shared room has somebody in it.
  const departures = ["offline y", "offline z", ...vacated].toSorted();
  await eventually(() => expect(left().toSorted()).toEqual(departures), { timeoutMs: 15_000 });
});

test("a gateway that was frozen for longer than its lease is swept, and enters its clients again when it wakes", async () => {
  const [sleeper, watcher] = [await hub.connected(1, "sleeper"), await hub.connected(0, "awake")];
  await sleeper.subscribe("room:sleep");
  await watcher.subscribe("room:sleep");
  hub.gateways[1]?.signal("SIGSTOP");
  try {
    await eventually(() => expect(watcher.heard("room:sleep")).toContain("leave sleeper"), { timeoutMs: 20_000 });
    expect(await watcher.present("room:sleep")).toEqual([watcher.id]);
  } finally {
    // The tests after this one need it awake, however this one ends.
    hub.gateways[1]?.signal("SIGCONT");
  }
  await eventually(
    async () => expect(new Set(await watcher.present("room:sleep"))).toEqual(new Set([sleeper.id, watcher.id])),
    {
      timeoutMs: 10_000,
    },
  );
  await eventually(() => expect(watcher.heard("room:sleep").filter((text) => text === "join sleeper")).toHaveLength(1));
});

test("when Redis comes back empty, every gateway enters its clients again", async () => {
  const [one, two] = [await hub.connected(0, "one"), await hub.connected(1, "two")];
  await one.subscribe("room:lost");
  await two.subscribe("room:lost");
  await redis.flushall();
  await redis.call("CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "yes");
  await eventually(async () => expect(new Set(await one.present("room:lost"))).toEqual(new Set([one.id, two.id])), {
    timeoutMs: 10_000,
  });
  await Promise.all([one.close(), two.close()]);
  await eventually(async () => expect(await redis.keys("sy:{room:lost}:presence*")).toEqual([]));
});

test("who leaves while Redis is away is gone when it is back", async () => {
  const [leaver, stayer] = [await hub.connected(0, "leaver"), await hub.connected(1, "stayer")];
  await leaver.subscribe("room:away");
  await stayer.subscribe("room:away");
  await hub.redis.stop("SIGKILL");
  leaver.terminate();
  await leaver.closed;
  expect(await stayer.call({ presence: { channel: "room:away" } })).toMatchObject({
    error: { code: 100, temporary: true },
  });
  await hub.redis.restart();
  await eventually(async () => expect(await stayer.present("room:away")).toEqual([stayer.id]), { timeoutMs: 15_000 });
});
