import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ConnectionBatch, ConnectionFacts, ConnectionWriter } from "../../connection-index.ts";
import type { EventBatch, EventOutbox } from "../../event-outbox.ts";
import { laneOf } from "../../lanes.ts";
import { type ChannelEvents, createRedisChannelEvents } from "./redis-channel-events.ts";
import { createRedisConnectionWriter } from "./redis-connection-writer.ts";
import { createRedisEventOutbox } from "./redis-event-outbox.ts";

const logger = createLogger({ app: "test", level: "fatal" });
const receivers = ["one", "two"];
const laneMaxBytes = 20_000;

let server: TestRedis;
let client: Redis;
let writer: ConnectionWriter;
let channels: ChannelEvents;
let outbox: EventOutbox;
let patient: ConnectionWriter;
beforeAll(async () => {
  server = await startTestRedis({ appendOnly: true });
  client = new Redis(server.url);
  client.on("error", () => undefined);
  const redis = { url: server.url, prefix: "sy" };
  const tells = { connections: true, users: true, vacantMs: 0, laneMaxBytes };
  const onRestored = () => undefined;
  writer = await createRedisConnectionWriter({ redis, logger, tells, onRestored });
  patient = await createRedisConnectionWriter({ redis, logger, tells: { ...tells, vacantMs: 60_000 }, onRestored });
  channels = await createRedisChannelEvents({ redis, logger, tells, onRestored });
  outbox = await createRedisEventOutbox({ redis, logger, tells, receivers });
});
afterEach(() => server.flush());
afterAll(async () => {
  for (const one of [writer, patient, channels, outbox]) await one.close();
  client.disconnect();
  await server.close();
});

interface Told {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly epoch: number;
  readonly seq: number;
  readonly data: Record<string, unknown>;
}

function facts(user: string): ConnectionFacts {
  return { connectedAtMs: 1_000, user, door: "centrifuge", transport: "websocket", protocol: "json" };
}

const nothing: Omit<ConnectionBatch, "lease"> = {
  formerLease: undefined,
  open: new Map(),
  subscriptions: [],
  closed: new Map(),
};
const opened = (id: string, user: string, isKnown = false) => new Map([[id, { facts: facts(user), isKnown }]]);
const end = { code: 3001, reason: "shutdown", initiator: "hub", durationMs: 5, channels: ["chat:1"] } as const;
const closed = (id: string, user: string) => new Map([[id, { user, end }]]);
const open = (id: string, user: string) => writer.write({ lease: "n", ...nothing, open: opened(id, user) });
const close = (id: string, user: string) => writer.write({ lease: "n", ...nothing, closed: closed(id, user) });

const finish = (lane: number, batch: EventBatch, told = receivers) =>
  outbox.done(lane, batch, { told: new Set(told), lost: new Map() });

/** Everything there is to tell, in the order of its lanes. */
async function takeAll(): Promise<Told[]> {
  const all: Told[] = [];
  for (const lane of outbox.lanes) {
    for (let batch = await outbox.take(lane); batch !== undefined; batch = await outbox.take(lane)) {
      all.push(...batch.events.map(({ json }) => JSON.parse(json) as Told));
      await finish(lane, batch);
    }
  }
  return all;
}

const typesOf = (told: readonly Told[]) => told.map(({ type, key }) => `${type} ${key}`).toSorted();

test("who comes and goes is told once, with what is known of them and how it ended", async () => {
  await open("c1", "ann");
  await open("c1", "ann");
  await close("c1", "ann");
  await close("c1", "ann");
  const told = await takeAll();
  expect(typesOf(told)).toEqual([
    "connection.closed conn:c1",
    "connection.opened conn:c1",
    "user.offline user:ann",
    "user.online user:ann",
  ]);
  const about = { client: "c1", node: "n", ...facts("ann") };
  expect(told.find(({ id }) => id === "c1:opened")?.data).toEqual(about);
  expect(told.find(({ id }) => id === "c1:closed")?.data).toEqual({ ...about, ...end });
  expect(told.find(({ type }) => type === "user.online")?.data).toEqual({ user: "ann", connections: 1 });
  expect(told.find(({ type }) => type === "user.offline")?.data).toMatchObject({ user: "ann", connections: 0 });
});

test("a user with several connections is online once, and offline when the last one has gone", async () => {
  await open("c1", "ann");
  await open("c2", "ann");
  await close("c1", "ann");
  const before = typesOf(await takeAll()).filter((text) => text.startsWith("user"));
  await close("c2", "ann");
  const after = typesOf(await takeAll()).filter((text) => text.startsWith("user"));
  expect([before, after]).toEqual([["user.online user:ann"], ["user.offline user:ann"]]);
});

test("who is back in time was not offline, and nobody is told that they are online again", async () => {
  await patient.write({ lease: "n", ...nothing, open: opened("c1", "ann") });
  await patient.write({ lease: "n", ...nothing, closed: closed("c1", "ann") });
  await patient.write({ lease: "m", ...nothing, open: opened("c2", "ann") });
  const told = typesOf(await takeAll()).filter((text) => text.startsWith("user"));
  expect(told).toEqual(["user.online user:ann"]);
});

test("connections of a dead node are closed by who sweeps it, once, under the ids they would have had", async () => {
  await open("c1", "ann");
  await open("c2", "");
  await takeAll();
  await Promise.all([writer.sweep("n"), patient.sweep("n")]);
  await close("c1", "ann");
  const told = await takeAll();
  expect(
    told
      .filter(({ type }) => type === "connection.closed")
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(["c1:closed", "c2:closed"]);
  expect(told.find(({ id }) => id === "c1:closed")?.data).toMatchObject({
    code: 1006,
    reason: "node lost",
    initiator: "hub",
    channels: [],
  });
});

test("a node that was taken for dead and is not tells of its clients again, under other ids; one that moves in time tells nothing", async () => {
  await open("lost", "");
  await open("moved", "");
  await takeAll();
  await writer.write({ lease: "n.1", ...nothing, formerLease: "n", open: opened("moved", "", true) });
  await writer.sweep("n");
  await writer.write({ lease: "n.1", ...nothing, formerLease: "n", open: opened("lost", "", true) });
  await writer.write({ lease: "n.1", ...nothing, closed: new Map([...closed("lost", ""), ...closed("moved", "")]) });
  const ids = (await takeAll()).map(({ id }) => id);
  expect(ids.filter((id) => id.startsWith("lost"))).toEqual(["lost:closed", "lost:opened:1", "lost:closed:1"]);
  expect(ids.filter((id) => id.startsWith("moved"))).toEqual(["moved:closed"]);
});

test("subscriptions are told when they change, and end with their connection, whoever ends it", async () => {
  const change = (channel: string, isIn: boolean) => ({ client: "c1", user: "ann", channel, isIn });
  await open("c1", "ann");
  const write = (...subscriptions: ConnectionBatch["subscriptions"]) =>
    writer.write({ lease: "n", ...nothing, subscriptions });
  await write(change("chat:1", true), change("chat:2", true));
  await write(change("chat:1", true), change("chat:1", false), change("chat:3", true));
  await writer.sweep("n");
  await write(change("chat:4", true));
  const ofConnection = (await takeAll()).filter(({ key }) => key === "conn:c1");
  expect(ofConnection.map(({ type, data }) => [type, data["channel"]])).toEqual([
    ["connection.opened", undefined],
    ["channel.subscribed", "chat:1"],
    ["channel.subscribed", "chat:2"],
    ["channel.unsubscribed", "chat:1"],
    ["channel.subscribed", "chat:3"],
    ["channel.unsubscribed", "chat:2"],
    ["channel.unsubscribed", "chat:3"],
    ["connection.closed", undefined],
  ]);
  expect(ofConnection.at(-1)?.data["channels"]).toEqual(["chat:2", "chat:3"]);
});

test("a channel is occupied with its first subscription on any node, and vacated with the last", async () => {
  const lane = String(laneOf("chat:1"));
  const count = (lease: string, number: number) => channels.write(lane, lease, new Map([["chat:1", number]]));
  await count("n", 2);
  await count("m", 1);
  await count("n", 0);
  expect(typesOf(await takeAll())).toEqual(["channel.occupied chan:chat:1"]);
  await channels.sweep(lane, "m");
  expect(typesOf(await takeAll())).toEqual(["channel.vacated chan:chat:1"]);
});

test("what a client has published is told with its digits as they were", async () => {
  const dataJson = '{"channel":"chat:1","data":9007199254740993}';
  await channels.tell(laneOf("chat:1"), [{ channel: "chat:1", dataJson }]);
  const batch = await outbox.take(laneOf("chat:1"));
  expect(batch?.events[0]?.json).toContain(`"data":${dataJson}`);
});

test("seq grows with each event of a lane, and the epoch with each Redis process", async () => {
  for (const id of ["c1", "c2", "c1"]) await (id === "c1" ? open(id, "") : close("c1", ""));
  const before = (await takeAll()).filter(({ key }) => key === "conn:c1");
  expect(before.length).toBe(3);
  await server.restart();
  // Each comes back over a connection of its own.
  const writers = [writer, patient].map((one) => () => one.write({ lease: "n", ...nothing }));
  for (const ask of [...writers, () => channels.write("0", "n", new Map()), () => outbox.take(0)])
    await eventually<unknown>(ask);
  await close("c1", "");
  const [after] = await takeAll();
  const places = [...before, ...(after === undefined ? [] : [after])].map(({ epoch, seq }) => [epoch, seq] as const);
  for (const [index, [epoch, seq]] of places.slice(1).entries()) {
    const [epochBefore, seqBefore] = places[index] ?? [0, 0];
    expect(epoch > epochBefore || (epoch === epochBefore && seq > seqBefore)).toBe(true);
  }
  expect(after?.epoch).toBeGreaterThan(before[0]?.epoch ?? 0);
});

test("a batch is the same for everybody who asks until it is done, and then another one comes", async () => {
  await open("c1", "");
  const lane = laneOf("c1");
  const [first, again] = [await outbox.take(lane), await outbox.take(lane)];
  await close("c1", "");
  expect(again).toEqual(first);
  expect(await outbox.take(lane)).toEqual(first);
  if (first !== undefined) await finish(lane, first);
  const next = await outbox.take(lane);
  expect(next?.id).not.toBe(first?.id);
  expect(next?.events.map(({ type }) => type)).toEqual(["connection.closed"]);
});

test("who is gone is known to all, by the settings it had then, and is news once", async () => {
  expect(await outbox.gone()).toEqual(new Map());
  expect(await outbox.markGone("two", "as it was")).toBe(true);
  expect(await outbox.markGone("two", "as it was")).toBe(false);
  expect(await outbox.gone()).toEqual(new Map([["two", "as it was"]]));
  expect(await outbox.markGone("two", "as it is now")).toBe(true);
});

test("where too much waits messages give way first, then the oldest, and every receiver is told how many it has missed", async () => {
  const lane = laneOf("chat:1");
  const message = { channel: "chat:1", dataJson: JSON.stringify({ data: "x".repeat(900) }) };
  const shed = await channels.tell(
    lane,
    Array.from({ length: 30 }, () => message),
  );
  expect(shed).toBeGreaterThan(5);
  const many = Array.from({ length: 1_000 }, (_, index) => `chat:many${index}`).filter((name) => laneOf(name) === lane);
  const occupy = (names: readonly string[]) =>
    channels.write(String(lane), "n", new Map(names.map((name) => [name, 1])));
  // The last fifth is for what is not in the channel, too.
  expect(await occupy(["chat:1", ...many.slice(0, 12)])).toBe(0);
  const gaveWay = await occupy(many);
  expect(gaveWay).toBeGreaterThan(0);
  const dropped = shed + gaveWay;
  const batch = await outbox.take(lane);
  expect(batch?.dropped).toEqual(new Map(receivers.map((name) => [name, dropped])));
  // Counted while the batch is under way, and not told with it.
  await outbox.lose(lane, "one", 3);
  if (batch !== undefined) await finish(lane, batch, ["one"]);
  await outbox.lose(lane, "two", 7);
  await channels.write(String(lane), "n", new Map([["chat:1", 0]]));
  const next = await outbox.take(lane);
  expect(next?.dropped).toEqual(
    new Map([
      ["one", 3],
      ["two", dropped + 7],
    ]),
  );
});
