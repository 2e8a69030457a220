import { readFileSync } from "node:fs";
import { taskRecordKeyPrefix } from "@switchyard/protocol/task-record-key";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { knownChannelName } from "../../channel-name.ts";
import { createChannelRules } from "../../channel-rules.ts";
import { createRedisPublisher, type RedisPublisher } from "./redis-publisher.ts";
import { taskAnnouncement } from "./task-announcement.ts";

const historyMs = 60_000;
const metaMs = 600_000;
const repeatMs = 300_000;
const settings = checkSettings({
  channel: {
    history_meta_ttl: `${metaMs}ms`,
    namespaces: [{ name: "kept", history_size: 3, history_ttl: `${historyMs}ms` }, { name: "plain" }],
  },
});
const taskHistoryMs = 24 * 3_600_000;
const stateMs = 120_000;

let server: TestRedis;
let redis: Redis;
let publisher: RedisPublisher;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  publisher = await createRedisPublisher({
    redis: { url: server.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "fatal" }),
    rules: createChannelRules(settings.channel),
  });
});
beforeEach(() => server.flush());
afterAll(async () => {
  await publisher?.close();
  redis?.disconnect();
  await server?.close();
});

const kept = knownChannelName("kept:a");
const plain = knownChannelName("plain:a");
const task = knownChannelName("task:t_1");
const publish = (channel = kept, options = {}) => publisher.publish(channel, { payload: "1" }, options);

/** As the scripts of tasks do it, with a life of its own. */
async function announce(seq: number): Promise<void> {
  const { file, constants } = taskAnnouncement("sy");
  const declared = Object.entries(constants).map(([name, value]) => `local ${name} = ${JSON.stringify(value)}`);
  const script = `${declared.join("\n")}\n${readFileSync(file, "utf8")}
  local place = string.match(redis.call("GET", ARGV[1]) or "", "^[^\\n]*\\n([^\\n]*)\\n") or ""
  place = announceRecord("t_1", ARGV[2], "{}", "1795170512334", place)
  redis.call("SET", ARGV[1], "{}\\n" .. place .. "\\nown", "PX", "${stateMs}")`;
  await redis.eval(script, 0, `${taskRecordKeyPrefix("sy")}t_1`, seq);
}

/** What is left of the life of every key there is, by what kind of key it is. */
async function lives(): Promise<Record<string, number>> {
  const keys = await redis.keys("*");
  const found = await Promise.all(keys.map(async (key) => [kindOf(key), await redis.pttl(key)] as const));
  return Object.fromEntries(found);
}

function kindOf(key: string): string {
  return /:(stream|meta|idem|record)(?::[-\w]+)?$/.exec(key)?.[1] ?? key;
}

/** Not shorter than a test may take, and never longer. */
const about = (ms: number) => expect.toSatisfy((left: number) => left <= ms && left > ms - 20_000, `about ${ms} ms`);

const stream = about(historyMs);
const meta = about(metaMs);

test.each([
  ["publish", () => publish(), { stream, meta }],
  ["publish with a key", () => publish(kept, { idempotencyKey: "k" }), { stream, meta, idem: about(repeatMs) }],
  [
    "publish with a key of a life of its own",
    () => publish(kept, { idempotencyKey: "k", idempotencyTtlMs: 900_000 }),
    { stream, meta, idem: about(900_000) },
  ],
  ["publish with a version", () => publish(kept, { version: 1 }), { stream, meta }],
  ["publish past the history", () => publish(kept, { skipHistory: true }), {}],
  ["publish where nothing is kept", () => publish(plain), {}],
  ["publish with a version where nothing is kept", () => publish(plain, { version: 1 }), { meta }],
  [
    "publish with a key where nothing is kept",
    () => publish(plain, { idempotencyKey: "k" }),
    { idem: about(repeatMs) },
  ],
  ["read an empty history", () => publisher.history(kept, { limit: 5 }), { meta }],
  ["read a position", () => publisher.history(kept, { limit: 0 }), { meta }],
  [
    "publish and remove",
    async () => {
      await publish();
      await publisher.removeHistory(kept);
    },
    { meta },
  ],
  ["announce a state", () => announce(1), { record: about(stateMs) }],
  [
    "announce a state and remove it from the channel",
    async () => {
      await announce(1);
      await publisher.removeHistory(task);
    },
    { record: about(stateMs), meta: expect.anything() },
  ],
  [
    "announce a state and publish into its channel",
    async () => {
      await announce(1);
      await publish(task);
    },
    { record: about(stateMs), stream: about(taskHistoryMs), meta: expect.anything() },
  ],
] as const)("every key that is left has an end: %s", async (_, operation, expected) => {
  await operation();
  const left = await lives();
  expect(left).toEqual(expected);
  for (const ms of Object.values(left)) expect(ms).toBeGreaterThan(0);
});

test("publishing begins the life of stream and position anew, reading that of the position alone", async () => {
  await publish();
  const keys = await redis.keys("*");
  const shorten = () => Promise.all(keys.map((key) => redis.pexpire(key, 1_000)));
  await shorten();
  await publisher.history(kept, { limit: 5 });
  expect(await lives()).toEqual({ stream: expect.toSatisfy((ms: number) => ms <= 1_000), meta });
  await shorten();
  await publish();
  expect(await lives()).toEqual({ stream, meta });
});

test("a repeated publication, and a version that is dropped, leave every life as it is", async () => {
  await publish(kept, { idempotencyKey: "k", version: 2 });
  for (const key of await redis.keys("*")) await redis.pexpire(key, 30_000);
  expect(await publish(kept, { idempotencyKey: "k", version: 3 })).toMatchObject({ duplicate: true });
  expect(await publish(kept, { version: 2 })).toMatchObject({ suppressed: true });
  const short = expect.toSatisfy((ms: number) => ms > 0 && ms <= 30_000);
  expect(await lives()).toEqual({ stream: short, meta: short, idem: short });
});
