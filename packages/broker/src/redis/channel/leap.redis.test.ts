import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { knownChannelName, type ChannelName } from "../../channel-name.ts";
import { createChannelRules } from "../../channel-rules.ts";
import { createRedisPublisher, type RedisPublisher } from "./redis-publisher.ts";

const settings = checkSettings({
  channel: { namespaces: [{ name: "kept", history_size: 10, history_ttl: "60s" }] },
});
const rules = createChannelRules(settings.channel);
const logger = createLogger({ app: "test", level: "fatal" });
const unit = 1_000_000_000;

let master: TestRedis;
let replica: TestRedis;
let control: Redis;
const opened: RedisPublisher[] = [];
let count = 0;
const next = () => knownChannelName(`kept:${++count}`);

async function publisherAt({ url }: TestRedis): Promise<RedisPublisher> {
  const publisher = await createRedisPublisher({ redis: { url, prefix: "sy" }, logger, rules });
  opened.push(publisher);
  return publisher;
}

beforeAll(async () => {
  // Acknowledged is written, whatever the disk is doing when Redis is killed. Replicas are served at once, not after the five
  // seconds in which more may come.
  const extraArguments = ["--appendfsync", "always", "--repl-diskless-sync-delay", "0"];
  master = await startTestRedis({ appendOnly: true, extraArguments });
  replica = await startTestRedis();
  control = new Redis(replica.url);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((publisher) => publisher.close()));
});
afterAll(async () => {
  control?.disconnect();
  await Promise.all([master?.close(), replica?.close()]);
});

test("offsets count by one for as long as the same process answers, whoever publishes", async () => {
  const channel = next();
  const [one, two] = [await publisherAt(master), await publisherAt(master)];
  const offsets = [];
  for (const publisher of [one, two, two, one])
    offsets.push((await publisher.publish(channel, { payload: "1" })).offset);
  expect(offsets).toEqual([1, 2, 3, 4]);
});

test("after a restart offsets leap by billions, once, and name the offset before the leap", async () => {
  const channel = next();
  const publisher = await publisherAt(master);
  for (let data = 1; data <= 3; data++) await publisher.publish(channel, { payload: JSON.stringify(data) });
  await master.restart("SIGKILL");
  const after = await eventually(() => publisher.publish(channel, { payload: "4" }), { timeoutMs: 8_000 });
  expect(after.offset % unit).toBe(4);
  expect(after.offset).toBeGreaterThan(unit);
  expect((await publisher.publish(channel, { payload: "5" })).offset).toBe(after.offset + 1);
  const { publications, offset } = await publisher.history(channel, { limit: 10 });
  const chain = publications.map((publication) => [publication.previousOffset, publication.offset]);
  const leaped = after.offset;
  expect(chain).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, leaped],
    [leaped, leaped + 1],
  ]);
  expect(offset).toBe(leaped + 1);
});

test("a stream somebody subscribed to before its first publication leaps too: what was lost may have been its first", async () => {
  const channel = next();
  const publisher = await publisherAt(master);
  await publisher.history(channel, { limit: 0 });
  await master.restart("SIGKILL");
  const { offset } = await eventually(() => publisher.publish(channel, { payload: "1" }), { timeoutMs: 8_000 });
  expect(offset).toBeGreaterThan(unit);
  const [first] = (await publisher.history(channel, { limit: 1 })).publications;
  expect(first).toMatchObject({ offset, previousOffset: 0 });
});

test("a stream that has lost its position begins a new life, in the epoch a reader was told meanwhile, without what was in it", async () => {
  const publisher = await publisherAt(master);
  const admin = new Redis(master.url);
  const losePosition = async () => {
    const channel = next();
    for (const payload of ["1", "2"]) await publisher.publish(channel, { payload });
    const { epoch } = await publisher.history(channel, { limit: 0 });
    await admin.del(`sy:{${channel}}:meta`);
    return { channel, epoch };
  };
  const newLife = async (channel: ChannelName) => {
    const { epoch } = await publisher.publish(channel, { payload: "3" });
    const { publications } = await publisher.history(channel, { limit: 10 });
    return { epoch, offsets: publications.map(({ offset }) => offset) };
  };
  const [unread, read] = [await losePosition(), await losePosition()];
  const told = await publisher.history(read.channel, { limit: 10 });
  expect(told).toMatchObject({ offset: 0, publications: [] });
  expect(await newLife(read.channel)).toEqual({ epoch: told.epoch, offsets: [1] });
  const { epoch, offsets } = await newLife(unread.channel);
  expect(offsets).toEqual([1]);
  expect(epoch).not.toBe(unread.epoch);
  admin.disconnect();
});

test("a replica that is promoted without the newest publications gives none of their offsets to others", async () => {
  const channel = next();
  const old = await publisherAt(master);
  await control.replicaof("127.0.0.1", master.port);
  await old.publish(channel, { payload: '"kept"' });
  await eventually(async () => expect(await control.hget(`sy:{${channel}}:meta`, "s")).toBe("1"));
  // Promoted while the old master goes on for a while: each has a history of its own from here.
  await control.replicaof("NO", "ONE");
  const lost = await Promise.all(
    ["a", "b", "c"].map((data) => old.publish(channel, { payload: JSON.stringify(data) })),
  );
  const promoted = await publisherAt(replica);
  const replaced = await Promise.all(
    ["d", "e", "f"].map((data) => promoted.publish(channel, { payload: JSON.stringify(data) })),
  );
  const offsets = [...lost, ...replaced].map(({ offset }) => offset);
  expect(new Set(offsets).size).toBe(6);
  const { publications, epoch } = await promoted.history(channel, { limit: 10, sinceOffset: 1 });
  expect(epoch).toBe(lost[0]?.epoch);
  expect(publications[0]?.previousOffset).toBe(1);
  const [, newestLost] = lost;
  const behind = await promoted.history(channel, { limit: 10, sinceOffset: newestLost?.offset ?? 0 });
  expect(behind.publications[0]?.previousOffset).not.toBe(newestLost?.offset);
});
