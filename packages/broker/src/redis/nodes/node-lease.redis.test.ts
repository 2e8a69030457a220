import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { nodeKeys } from "../keys.ts";
import { NodeLease } from "./node-lease.ts";
import { claimDeadNodeScript } from "./node-scripts.ts";

/** Leases renewed by hand, so that nothing waits for a clock. */

const { expiry, descriptions, dead } = nodeKeys("sy");
const noCounts = { name: "n", version: "v", num_clients: 0, num_users: 0, num_subs: 0, num_channels: 0, uptime: 0 };

let redis: TestRedis;
let client: Redis;
beforeAll(async () => {
  redis = await startTestRedis({ appendOnly: true });
  client = new Redis(redis.url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: true });
  client.on("error", () => undefined);
  await client.connect();
});
afterEach(() => redis.flush());
afterAll(async () => {
  client.disconnect();
  await redis.close();
});

async function begin(uid: string) {
  const told = { newLeases: 0, deaths: 0 };
  const events = { onNewLease: () => void told.newLeases++, onDead: () => void told.deaths++ };
  const lease = new NodeLease({ client, keys: nodeKeys("sy"), describe: () => ({ uid, ...noCounts }), events });
  await lease.begin();
  return { lease, told };
}

const runOut = (lease: string) => client.zadd(expiry, Date.now() - 1, lease);

test("a lease that has run out but is nobody's yet is renewed as if nothing had happened", async () => {
  const { lease, told } = await begin("a");
  await runOut("a");
  await lease.renew();
  expect([lease.name, told.newLeases]).toEqual(["a", 0]);
  expect(Number(await client.zscore(expiry, "a"))).toBeGreaterThan(Date.now());
});

test("a lease that was given away is followed by a new one, and what was written under it is swept again", async () => {
  const { lease, told } = await begin("a");
  for (const name of ["a.1", "a.2"]) {
    await client.zrem(expiry, lease.name);
    await lease.renew();
    expect(lease.name).toBe(name);
  }
  expect(told.newLeases).toBe(2);
  expect(await client.zrange(dead, 0, "-1")).toEqual(["a", "a.1"]);
  expect(await client.zrange(expiry, 0, "-1")).toEqual(["a.2"]);
});

test("a node that is being swept cannot renew the lease it is swept under, and its description is gone", async () => {
  const { lease, told } = await begin("a");
  await runOut("a");
  expect(await claimDeadNodeScript.run(client, { keys: nodeKeys("sy"), args: { claimMs: 15_000 } })).toMatchObject({
    node: "a",
  });
  expect(await client.hexists(descriptions, "a")).toBe(0);
  await lease.renew();
  expect([lease.name, told.newLeases]).toEqual(["a.1", 1]);
  expect(await client.zrange(expiry, 0, "-1")).toEqual(["a.1"]);
});

test("the dead are told of after three renewals in a row, and the living never", async () => {
  const { lease, told } = await begin("a");
  await client.zadd(expiry, Date.now() + 60_000, "alive");
  for (let count = 0; count < 5; count++) await lease.renew();
  expect(told.deaths).toBe(0);

  const other = await begin("b");
  await runOut("crashed");
  await other.lease.renew();
  expect(other.told.deaths).toBe(0);
  await other.lease.renew();
  expect(other.told.deaths).toBe(1);
});

test("after an outage of Redis, in which every lease ran out, nobody is taken for dead who comes back", async () => {
  const [one, two] = [await begin("a"), await begin("b")];
  for (let count = 0; count < 3; count++) await one.lease.renew();
  await redis.stop("SIGKILL");
  await expect(one.lease.renew()).rejects.toBeInstanceOf(Error);
  await redis.restart();
  await eventually(() => Promise.all([runOut("a"), runOut("b")]));
  await one.lease.renew();
  await one.lease.renew();
  await two.lease.renew();
  await one.lease.renew();
  await one.lease.renew();
  expect([one.told, two.told]).toEqual([
    { newLeases: 0, deaths: 0 },
    { newLeases: 0, deaths: 0 },
  ]);
});

test("a renewal says when the next lease of another runs out; one that comes in between does not count for how long a node is back", async () => {
  const { lease, told } = await begin("a");
  expect(await lease.renew()).toBeUndefined();
  await client.zadd(expiry, Date.now() + 60_000, "later", Date.now() + 2_000, "soon");
  const nextMs = (await lease.renew(true)) ?? 0;
  expect(nextMs).toBeGreaterThan(0);
  expect(nextMs).toBeLessThanOrEqual(2_000);
  await runOut("soon");
  for (let count = 0; count < 5; count++) await lease.renew(true);
  expect(told.deaths).toBe(0);
  await lease.renew();
  expect(told.deaths).toBe(1);
});
