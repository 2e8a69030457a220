import { readFileSync } from "node:fs";
import type { TaskId } from "@switchyard/protocol/task-id";
import { taskRecordKey } from "@switchyard/protocol/task-record-key";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { knownChannelName } from "../../channel-name.ts";
import type { Broker } from "../../broker.ts";
import { createChannelRules } from "../../channel-rules.ts";
import type { Received } from "../../conformance/broker-suite.ts";
import { createRedisBroker } from "../redis-broker.ts";
import { taskAnnouncement } from "./task-announcement.ts";

const rules = createChannelRules(checkSettings({}).channel);
const { file, constants } = taskAnnouncement("sy");
const record = () => taskRecordKey("sy", id as TaskId);
const declared = Object.entries(constants).map(([name, value]) => `local ${name} = ${JSON.stringify(value)}`);
const script = [
  ...declared,
  readFileSync(file, "utf8"),
  // As the scripts of tasks do it, which keep the record with its place.
  `local id, seq, body, nowMs, record = unpack(ARGV)
  local place = string.match(redis.call("GET", record) or "", "^[^\\n]*\\n([^\\n]*)\\n") or ""
  place = announceRecord(id, seq, body, nowMs, place)
  redis.call("SET", record, body .. "\\n" .. place .. "\\nown", "PX", 60000)`,
];

let server: TestRedis;
let redis: Redis;
let broker: Broker;
let received: Received[];
let count = 0;
let id: string;
const channel = () => knownChannelName(`task:${id}`);

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  broker = await createRedisBroker({
    redis: { url: server.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules,
    onPublication: (name, publication) => received.push({ channel: name, ...publication }),
    onRestored: () => undefined,
  });
});
beforeEach(() => {
  id = `t_${++count}`;
  received = [];
});
afterAll(async () => {
  await broker.close();
  redis.disconnect();
  await server.close();
});

async function announce(seq: number): Promise<void> {
  await redis.eval(script.join("\n"), 0, id, seq, bodyOf(seq), 1_795_170_512_334 + seq, record());
}
const bodyOf = (seq: number) => JSON.stringify({ id, seq, text: "漢\n" });
const seqOf = ({ body }: { body: Buffer }) => (JSON.parse(body.toString()) as { data: { seq: number } }).data.seq;
const read = async (sinceOffset?: number, reverse = false) => {
  const history = await broker.history(channel(), {
    limit: 10,
    reverse,
    ...(sinceOffset === undefined ? {} : { sinceOffset }),
  });
  return history.publications.map(seqOf);
};

test("what is announced is sent and kept alike, byte for byte, the newest only", async () => {
  await broker.subscribe(channel());
  await announce(1);
  await announce(2);
  await eventually(() => expect(received.map(({ offset }) => offset)).toEqual([1, 2]));
  const { offset, epoch, publications } = await broker.history(channel(), { limit: 10 });
  const [last] = received.slice(-1);
  expect(publications).toEqual([{ offset: 2, previousOffset: 1, timeMs: last?.timeMs, body: last?.body }]);
  expect([offset, epoch]).toEqual([2, last?.epoch]);
  expect(received[0]?.epoch).toBe(epoch);
});

test("what a script keeps to publish later is what would have been published, under the record's name", async () => {
  await broker.subscribe(channel());
  const kept = `local unsaid = { names = {}, messages = {} }
    announceRecord(ARGV[1], "1", ARGV[2], ARGV[3], "", unsaid)
    assert(unsaid.names[1] == recordChannel(ARGV[1]))
    return { unsaid.names[1], unsaid.messages[1] }`;
  const script = [...declared, readFileSync(file, "utf8"), kept].join("\n");
  const [name = "", message = ""] = (await redis.eval(script, 0, id, bodyOf(1), 1_795_170_512_335)) as string[];
  expect(received).toEqual([]);
  await redis.publish(name, message);
  await eventually(() => expect(received.map(({ offset }) => offset)).toEqual([1]));
  expect(received.map(seqOf)).toEqual([1]);
});

test("it is handed to whoever has not got it, in either direction, and a position alone is read, too", async () => {
  await announce(1);
  await announce(2);
  expect([
    await read(),
    await read(1),
    await read(2),
    await read(-1, true),
    await read(3, true),
    await read(2, true),
  ]).toEqual([[2], [2], [], [2], [2], []]);
  expect(await broker.history(channel(), { limit: 0 })).toMatchObject({ offset: 2, publications: [] });
});

test("a position read before the first record is the one it continues", async () => {
  const { epoch } = await broker.history(channel(), { limit: 0 });
  await announce(1);
  await announce(2);
  expect(await broker.history(channel(), { limit: 0 })).toMatchObject({ offset: 2, epoch });
});

test("somebody's own publication goes on where a record was, and the next record goes on from there", async () => {
  await broker.subscribe(channel());
  await announce(1);
  const between = await broker.publish(channel(), { payload: JSON.stringify({ seq: "mine" }) });
  expect(await read()).toEqual(["mine"]);
  await announce(1);
  await announce(2);
  await eventually(() => expect(received.map(seqOf)).toEqual([1, "mine", 2]));
  expect(received.map(({ offset, epoch }) => `${offset} ${epoch}`)).toEqual(
    [1, 2, 3].map((n) => `${n} ${between.epoch}`),
  );
  expect(await read()).toEqual([2]);
});

test("a version somebody publishes with is measured against the records", async () => {
  await announce(5);
  expect(await broker.publish(channel(), { payload: JSON.stringify({ seq: 5 }) }, { version: 5 })).toMatchObject({
    suppressed: true,
  });
  expect(await broker.publish(channel(), { payload: JSON.stringify({ seq: 6 }) }, { version: 6 })).toMatchObject({
    offset: 2,
  });
  await announce(6);
  expect(await broker.history(channel(), { limit: 0 })).toMatchObject({ offset: 2 });
});

test("forgets the record when told to, and goes on counting where it was", async () => {
  await announce(1);
  const { epoch } = await broker.history(channel(), { limit: 0 });
  await broker.removeHistory(channel());
  expect(await broker.history(channel(), { limit: 10 })).toEqual({ publications: [], offset: 1, epoch, isCut: false });
  await announce(1);
  await announce(2);
  expect(await broker.history(channel(), { limit: 0 })).toMatchObject({ offset: 2, epoch });
});

test("the record outlives what becomes of its channel, for as long as it was to live", async () => {
  for (const change of [
    () => broker.publish(channel(), { payload: JSON.stringify({ seq: "mine" }) }),
    () => broker.removeHistory(channel()),
  ]) {
    await announce(1);
    await change();
    expect(await redis.get(record())).toBe(`${bodyOf(1)}\n\nown`);
    expect(await redis.pttl(record())).toBeGreaterThan(50_000);
    await redis.del(record());
  }
});

test("while the record is all there is, the channel has no key of its own", async () => {
  await broker.history(channel(), { limit: 0 });
  await announce(1);
  expect(await redis.keys(`*${id}*`)).toEqual([record()]);
});

/** A job as tasks leave it, and no record. */
const jobOf = async (fields: object = {}) => {
  const job = { name: "h", gid: "g", rec: "3 60000 1795170512334 http://x/\nu", ...fields };
  await redis.hset(`{sy:tasks}:tasks:${id}`, job);
};
const statusOf = async () => {
  const { offset, epoch, publications } = await broker.history(channel(), { limit: 10 });
  const bodies = publications.map(
    ({ body }) => JSON.parse(body.toString()) as { data: { status: string; seq: number } },
  );
  return { offset, epoch, statuses: bodies.map(({ data }) => data.status) };
};

test("a record that nobody has written is the channel's publication all the same, at the place where it would be", async () => {
  await jobOf();
  const queued = await statusOf();
  expect(queued).toEqual({ offset: 1, epoch: "t1795170512334", statuses: ["queued"] });
  await jobOf({ ats: "1", processedOn: "1795170512400" });
  expect(await statusOf()).toEqual({ offset: 2, epoch: queued.epoch, statuses: ["running"] });
  expect(await broker.history(channel(), { limit: 10, sinceOffset: 2 })).toMatchObject({ offset: 2, publications: [] });
  // Nobody has left anything by reading.
  expect(await redis.keys(`*${id}*`)).toEqual([`{sy:tasks}:tasks:${id}`]);
});

test("what comes into the channel of such a task goes on from there, and the record is written from then on", async () => {
  await jobOf();
  const { epoch } = await statusOf();
  expect(await broker.publish(channel(), { payload: JSON.stringify({ seq: "mine" }) })).toMatchObject({
    offset: 2,
    epoch,
  });
  expect(await redis.hexists(`{sy:tasks}:tasks:${id}`, "rec")).toBe(0);
  expect(await redis.pttl(record())).toBeGreaterThan(60_000);
  expect((await redis.get(record()))?.split("\n").slice(1)).toEqual(["", "0 60000 http://x/"]);
  await announce(2);
  expect(await read()).toEqual([2]);
  expect(await broker.history(channel(), { limit: 0 })).toMatchObject({ offset: 3, epoch });
});

test("a channel whose task is over and forgotten, or was none of ours, has nothing", async () => {
  await jobOf({ finishedOn: "1795170512500" });
  expect((await statusOf()).statuses).toEqual([]);
  await redis.hdel(`{sy:tasks}:tasks:${id}`, "rec", "finishedOn");
  expect((await statusOf()).statuses).toEqual([]);
});
