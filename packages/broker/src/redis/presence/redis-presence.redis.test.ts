import { knownChannelName } from "../../channel-name.ts";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createChannelRules } from "../../channel-rules.ts";
import { describePresence } from "../../conformance/presence-suite.ts";
import type { Presence } from "../../presence.ts";
import { nodeKeys } from "../keys.ts";
import { createRedisBroker } from "../redis-broker.ts";
import { createRedisPresence } from "./redis-presence.ts";
import { createRedisPresenceReader } from "./redis-presence-reader.ts";

const settings = checkSettings({ channel: { namespaces: [{ name: "room", presence: true, join_leave: true }] } });
const rules = createChannelRules(settings.channel);
const logger = createLogger({ app: "test", level: "fatal" });
const { expiry } = nodeKeys("sy");
const maxBytes = 4_000_000;

let server: TestRedis;
let client: Redis;
let presence: Presence;
let broker: Awaited<ReturnType<typeof createRedisBroker>>;
let heard: string[] = [];
let lastOfUser: string[] = [];
let count = 0;

const redisOptions = () => ({ redis: { url: server.url, prefix: "sy" }, logger, rules });

beforeAll(async () => {
  server = await startTestRedis();
  client = new Redis(server.url);
  presence = await createRedisPresence({ ...redisOptions(), maxBytes, onRestored: () => undefined });
  broker = await createRedisBroker({
    ...redisOptions(),
    onPublication: () => 0,
    onPresence: (_, { kind, info, isLast }) => {
      const { client: name = "" } = JSON.parse(info.toString()) as { client?: string };
      heard.push(`${kind} ${name}`);
      if (isLast) lastOfUser.push(name);
    },
    onRestored: () => undefined,
  });
});
beforeEach(() => {
  heard = [];
  lastOfUser = [];
});
afterAll(async () => {
  await presence?.close();
  await broker?.close();
  client?.disconnect();
  await server?.close();
});

describePresence(() => ({
  presence,
  get heard() {
    return heard;
  },
  async node() {
    const node = `node-${++count}`;
    await client.zadd(expiry, Date.now() + 600_000, node);
    return node;
  },
  async crash(node) {
    await client.zadd(expiry, Date.now() - 1, node);
  },
  async channel() {
    const channel = knownChannelName(`room:${++count}`);
    await broker.subscribe(channel);
    return channel;
  },
  remains: (channel) => client.keys(`sy:{${channel}}:presence*`),
}));

test("a leave says whether it was its user's last, on whichever node, and whoever took a lingering client's place", async () => {
  const channel = knownChannelName("room:last");
  await broker.subscribe(channel);
  const add = (node: string, name: string, user = "u") =>
    presence.add(node, { channel, client: name, user, infoJson: `{"client":"${name}"}`, isTold: true });
  const remove = (node: string, name: string) => presence.remove(node, { channel, client: name });
  await add("n", "a");
  await add("m", "b");
  await add("n", "other", "v");
  await remove("n", "a");
  await presence.linger({ channel, client: "b" });
  await add("n", "c");
  await remove("m", "b");
  await remove("n", "c");
  await remove("n", "other");
  await eventually(() => expect(heard.at(-1)).toBe("leave other"));
  expect(heard).toEqual(["join a", "join b", "join other", "leave a", "leave c", "leave other"]);
  expect(lastOfUser).toEqual(["c", "other"]);
});

test("a reader without a node of its own sees the same", async () => {
  const reader = await createRedisPresenceReader({ ...redisOptions(), maxBytes });
  await client.zadd(expiry, Date.now() + 600_000, "n");
  await presence.add("n", {
    channel: knownChannelName("room:reader"),
    client: "c",
    user: "u",
    infoJson: '{"user":"u","client":"c"}',
    isTold: false,
  });
  expect(await reader.members(knownChannelName("room:reader"))).toEqual(new Map([["c", '{"user":"u","client":"c"}']]));
  expect(await reader.stats(knownChannelName("room:reader"))).toEqual({ num_clients: 1, num_users: 1 });
  await reader.close();
});

test("a client that lingered and came back itself is not replaced by the next one of its user", async () => {
  const channel = knownChannelName("room:back");
  await client.zadd(expiry, Date.now() + 600_000, "n");
  const add = (name: string) => presence.add("n", { channel, client: name, user: "u", infoJson: "{}", isTold: false });
  await add("first");
  await presence.linger({ channel, client: "first" });
  for (const name of ["first", "second"]) await add(name);
  expect(await presence.members(channel)).toEqual(
    new Map([
      ["first", "{}"],
      ["second", "{}"],
    ]),
  );
});

test("a client that takes a lingering one's place on another node leaves nothing behind when it goes", async () => {
  const channel = knownChannelName("room:moved");
  for (const node of ["n", "m"]) await client.zadd(expiry, Date.now() + 600_000, node);
  const entry = { channel, user: "u", infoJson: "{}", isTold: false };
  await presence.add("n", { ...entry, client: "first" });
  await presence.linger({ channel, client: "first" });
  await presence.add("m", { ...entry, client: "second" });
  await presence.remove("m", { channel, client: "second" });
  expect(await client.keys(`sy:{${channel}}:presence*`)).toEqual([]);
});

test("those who come in one turn are written together, each with its own outcome", async () => {
  const node = "crowd";
  await client.zadd(expiry, Date.now() + 600_000, node);
  const channels = Array.from({ length: 200 }, (_, index) => knownChannelName(`room:crowd-${index}`));
  const broken = channels[70] ?? knownChannelName("none");
  await client.set(`sy:{${broken}}:presence`, "no hash");
  await client.config("RESETSTAT");
  const entry = { client: "c", user: "u", infoJson: "{}", isTold: false };
  const outcomes = await Promise.allSettled(channels.map((channel) => presence.add(node, { ...entry, channel })));
  expect(outcomes.flatMap(({ status }, index) => (status === "rejected" ? [channels[index]] : []))).toEqual([broken]);
  const scripts = Array.from((await client.info("commandstats")).matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g));
  expect(scripts.reduce((sum, [, calls]) => sum + Number(calls), 0)).toBeLessThan(10);
  const last = knownChannelName("room:crowd-199");
  expect(await presence.members(last)).toEqual(new Map([["c", "{}"]]));
});
