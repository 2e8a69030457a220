import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ConnectionFacts, ConnectionReader, ConnectionWriter } from "../../connection-index.ts";
import { createRedisConnectionReader } from "./redis-connection-reader.ts";
import { createRedisConnectionWriter } from "./redis-connection-writer.ts";

const logger = createLogger({ app: "test", level: "fatal" });

let server: TestRedis;
let client: Redis;
let writer: ConnectionWriter;
let reader: ConnectionReader;
beforeAll(async () => {
  server = await startTestRedis();
  client = new Redis(server.url);
  const redis = { url: server.url, prefix: "sy" };
  const tells = { connections: false, users: false, vacantMs: 0, laneMaxBytes: 0 };
  writer = await createRedisConnectionWriter({ redis, logger, tells, onRestored: () => undefined });
  reader = await createRedisConnectionReader({ redis, logger });
});
afterEach(() => server.flush());
afterAll(async () => {
  await writer.close();
  await reader.close();
  client.disconnect();
  await server.close();
});

const live = (...leases: readonly string[]) =>
  Promise.all(leases.map((lease) => client.zadd("sy:hub:{nodes}:expiry", Date.now() + 600_000, lease)));
const dead = (lease: string) => client.zadd("sy:hub:{nodes}:expiry", Date.now() - 1, lease);

function facts(user: string, more: Partial<ConnectionFacts> = {}): ConnectionFacts {
  return {
    connectedAtMs: 1_700_000_000_000,
    user,
    door: "centrifuge",
    transport: "websocket",
    protocol: "json",
    ...more,
  };
}

interface Written {
  readonly formerLease?: string;
  readonly open?: Readonly<Record<string, ConnectionFacts>>;
  readonly closed?: Readonly<Record<string, string>>;
}

function write(lease: string, { formerLease, open = {}, closed = {} }: Written): Promise<number> {
  const came = Object.entries(open).map(([id, about]) => [id, { facts: about, isKnown: false }] as const);
  const gone = Object.entries(closed).map(([id, user]) => [id, { user }] as const);
  return writer.write({ lease, formerLease, open: new Map(came), subscriptions: [], closed: new Map(gone) });
}

const clientsOf = async (user: string) => (await reader.ofUser(user)).map((record) => record.client);

test("a connection is found by its id and by its user, as it was written, and nowhere once it has gone", async () => {
  await live("n");
  const ann = facts("ann", { name: "js", version: "5.4.0", meta: { plan: "gold" } });
  await write("n", { open: { c1: ann, c2: facts("") } });
  expect(await reader.one("c1")).toEqual({ client: "c1", node: "n", ...ann });
  expect(await reader.ofUser("ann")).toEqual([{ client: "c1", node: "n", ...ann }]);
  expect(await reader.one("c2")).toEqual({ client: "c2", node: "n", ...facts("") });
  expect(await clientsOf("")).toEqual([]);
  await write("n", { closed: { c1: "ann", c2: "" } });
  expect([await reader.one("c1"), await reader.one("c2"), await clientsOf("ann")]).toEqual([undefined, undefined, []]);
});

test("the connections of one user are no other's, whatever both are called", async () => {
  await live("n");
  const users = ["a", "a:", "1:a", "a b", "ab", "é", "\u0000", "a\u0000", "a\n1", "🙂"];
  await write("n", { open: Object.fromEntries(users.map((user, index) => [`c${index}`, facts(user)])) });
  for (const [index, user] of users.entries()) {
    expect([user, await clientsOf(user)]).toEqual([user, [`c${index}`]]);
  }
});

test("digits that a double cannot hold stay as they were in what a back end has attached", async () => {
  await live("n");
  const meta: unknown = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON("9007199254740993");
  await write("n", { open: { c: facts("ann", { meta }) } });
  expect(JSON.stringify((await reader.one("c"))?.meta)).toBe("9007199254740993");
});

test("users who are online, who were seen, and who never were are told apart", async () => {
  await live("n", "m");
  await write("n", { open: { c1: facts("ann"), c2: facts("ben") } });
  await write("m", { open: { c3: facts("ann") } });
  const before = Date.now();
  await write("n", { closed: { c1: "ann", c2: "ben" } });
  const [ann, ben, cyd] = await reader.status(["ann", "ben", "cyd"]);
  expect(ann).toEqual({ online: true, connections: 1, lastSeenMs: undefined });
  expect(ben).toMatchObject({ online: false, connections: 0 });
  expect(Math.abs((ben?.lastSeenMs ?? 0) - before)).toBeLessThan(5_000);
  expect(cyd).toEqual({ online: false, connections: 0, lastSeenMs: undefined });
});

test("who was last seen more than 30 days ago is forgotten when somebody else goes", async () => {
  await live("n");
  const users = ["ann", "ben"];
  await write("n", { open: { c1: facts("ann"), c2: facts("ben") } });
  await write("n", { closed: { c1: "ann" } });
  const lanes = await client.keys("sy:hub:*:seen");
  for (const key of lanes) await client.zadd(key, Date.now() - 31 * 86_400_000, "ann");
  // Each lane forgets when it is written; so both are made to be in that of ann.
  await write("n", { open: { c3: facts("ann") } });
  await write("n", { closed: { c2: "ben" } });
  const [ann] = await reader.status(users);
  expect(ann?.online).toBe(true);
  await write("n", { closed: { c3: "ann" } });
  expect((await reader.status(["ann"]))[0]?.lastSeenMs).toBeGreaterThan(Date.now() - 60_000);
});

test("connections of a dead node count nowhere from the moment its lease has run out, and are swept by its lease", async () => {
  await live("n", "m");
  const many = Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`c${index}`, facts(`u${index % 300}`)]));
  await write("n", { open: many });
  await write("m", { open: { survivor: facts("u1") } });
  await dead("n");
  expect([await reader.one("c1"), await clientsOf("u1")]).toEqual([undefined, ["survivor"]]);
  expect((await reader.page(undefined, 100)).connections.map((record) => record.client)).toEqual(["survivor"]);
  expect(await writer.sweep("n")).toBe(1_200);
  expect(await writer.sweep("n")).toBe(0);
  const [one, two] = await reader.status(["u1", "u2"]);
  expect([one?.connections, two?.online]).toEqual([1, false]);
  expect(two?.lastSeenMs).toBeGreaterThan(Date.now() - 60_000);
  expect((await client.keys("sy:hub:{lane*")).filter((key) => key.includes("records:n"))).toEqual([]);
});

test("what a node wrote under the lease it lost moves with it, and the sweep of that lease finds nothing", async () => {
  await live("n", "n.1");
  await write("n", { open: { c: facts("ann"), gone: facts("ben") } });
  await write("n.1", { formerLease: "n", open: { c: facts("ann") }, closed: { gone: "ben" } });
  expect(await writer.sweep("n")).toBe(0);
  expect(await reader.ofUser("ann")).toEqual([{ client: "c", node: "n", ...facts("ann") }]);
  expect((await reader.status(["ben"]))[0]?.online).toBe(false);
});

test("all connections are listed in parts, each once, whatever the size of a part, also while a node dies", async () => {
  await live("n", "m");
  for (const lease of ["n", "m"]) {
    const some = Array.from({ length: 300 }, (_, index) => [`${lease}${index}`, facts("u")] as const);
    await write(lease, { open: Object.fromEntries(some) });
  }
  for (const limit of [7, 250, 1_000]) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { connections, next } = await reader.page(cursor, limit);
      // Redis hands out a small hash as a whole.
      expect(connections.length).toBeLessThanOrEqual(limit + 200);
      seen.push(...connections.map((record) => record.client));
      cursor = next;
    } while (cursor !== undefined);
    expect(seen.length).toBe(600);
    expect(new Set(seen).size).toBe(600);
  }
  // It ends among those of the node that dies, whose name is the first.
  const first = await reader.page(undefined, 5);
  expect(first.connections.every((record) => record.node === "m")).toBe(true);
  await dead("m");
  const seen: string[] = [];
  for (let { next } = first; next !== undefined;) {
    const part = await reader.page(next, 100);
    seen.push(...part.connections.map((record) => record.client));
    next = part.next;
  }
  expect([seen.length, new Set(seen).size, seen.every((id) => id.startsWith("n"))]).toEqual([300, 300, true]);
});

test("who is connected all the while is listed, however many of those listed before are gone meanwhile", async () => {
  await live("n");
  const all = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`c${index}`, facts("u")]));
  await write("n", { open: all });
  const first = await reader.page(undefined, 20);
  const seen = new Set(first.connections.map((record) => record.client));
  await write("n", { closed: Object.fromEntries([...seen].map((id) => [id, "u"])) });
  for (let { next } = first; next !== undefined;) {
    const part = await reader.page(next, 20);
    for (const { client: id } of part.connections) seen.add(id);
    next = part.next;
  }
  expect(seen.size).toBe(400);
});

test("a cursor that is none is refused by name", async () => {
  for (const cursor of ["", "x", Buffer.from("99 0 n").toString("base64url")]) {
    await expect(reader.page(cursor, 10)).rejects.toMatchObject({ code: 107 });
  }
});

test("a page of a user's connections is full although a dead node has left some, as long as there are more", async () => {
  await live("n", "m");
  const some = (prefix: string) =>
    Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${prefix}${index}`, facts("ann")]));
  await write("m", { open: some("a") });
  await write("n", { open: some("b") });
  await dead("m");
  expect((await reader.ofUser("ann", { limit: 20 })).map((record) => record.client)).toEqual(
    Object.keys(some("b")).toSorted().slice(0, 20),
  );
  expect(await reader.ofUser("ann", { limit: 40 })).toHaveLength(30);
});

test("a user's connections are read on from behind one of them", async () => {
  await live("n");
  const ids = Array.from({ length: 30 }, (_, index) => `c${index}`).toSorted();
  await write("n", { open: Object.fromEntries(ids.map((id) => [id, facts("ann")])) });
  const first = await reader.ofUser("ann", { limit: 20 });
  const rest = await reader.ofUser("ann", { after: first.at(-1)?.client ?? "", limit: 20 });
  expect([...first, ...rest].map((record) => record.client)).toEqual(ids);
});
