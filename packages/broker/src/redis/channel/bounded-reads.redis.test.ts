import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { HistoryOptions } from "../../broker.ts";
import { type ChannelName, knownChannelName } from "../../channel-name.ts";
import { createChannelRules } from "../../channel-rules.ts";
import { presenceKeys } from "../keys.ts";
import { readPresenceOver } from "../presence/redis-presence-reader.ts";
import { createRedisPublisher, type RedisPublisher } from "./redis-publisher.ts";

const settings = checkSettings({
  channel: { namespaces: [{ name: "kept", history_size: 1_000, history_ttl: "60s" }] },
});
const rules = createChannelRules(settings.channel);
const maxBytes = rules.historyMaxBytes;

let server: TestRedis;
let client: Redis;
let publisher: RedisPublisher;
let count = 0;

beforeAll(async () => {
  server = await startTestRedis();
  client = new Redis(server.url);
  const logger = createLogger({ app: "test", level: "fatal" });
  publisher = await createRedisPublisher({ redis: { url: server.url, prefix: "sy" }, logger, rules });
});
afterAll(async () => {
  await publisher?.close();
  client?.disconnect();
  await server?.close();
});

/** A channel with so many publications of so many bytes each. */
async function channelWith(publications: number, bytes: number): Promise<ChannelName> {
  const channel = knownChannelName(`kept:${++count}`);
  const data = "x".repeat(bytes);
  for (let one = 0; one < publications; one++) await publisher.publish(channel, { payload: JSON.stringify(data) });
  return channel;
}

/** Bytes Redis has sent to anybody so far. */
const sentBytes = async () => Number(/total_net_output_bytes:(\d+)/.exec(await client.info("stats"))?.[1]);

/** One reading, and the bytes Redis sent for it. */
async function read(channel: ChannelName, options: HistoryOptions) {
  const before = await sentBytes();
  const history = await publisher.history(channel, options);
  return { ...history, sent: (await sentBytes()) - before };
}

test.each([false, true])(
  "a large history is read in pieces of bounded size, each once (reverse: %s)",
  async (reverse) => {
    const bytes = 60_000;
    const channel = await channelWith(300, bytes);
    const offsets: number[] = [];
    let isCut = true;
    while (isCut) {
      const last = offsets.at(-1);
      const piece = await read(channel, { limit: 300, reverse, ...(last === undefined ? {} : { sinceOffset: last }) });
      // What Redis says beside bodies is small, and so is the answer to INFO.
      expect(piece.sent).toBeLessThan(maxBytes + 20_000);
      expect(piece.offset).toBe(300);
      expect(piece.publications.length).toBe(Math.min(Math.floor(maxBytes / (bytes + 11)), 300 - offsets.length));
      offsets.push(...piece.publications.map(({ offset }) => offset));
      ({ isCut } = piece);
    }
    const all = Array.from({ length: 300 }, (_, index) => index + 1);
    expect(offsets).toEqual(reverse ? all.toReversed() : all);
  },
  60_000,
);

test("many small publications come in one piece, as many as were asked for", async () => {
  const channel = await channelWith(700, 10);
  for (const limit of [1, 31, 32, 33, 64, 500, 700, 1_000]) {
    const { publications, isCut } = await publisher.history(channel, { limit });
    expect([publications.length, publications[0]?.offset, isCut]).toEqual([Math.min(limit, 700), 1, false]);
  }
});

test("a publication larger than the bound is read by itself", async () => {
  const channel = await channelWith(3, maxBytes);
  const first = await publisher.history(channel, { limit: 10 });
  expect([first.publications.map(({ offset }) => offset), first.isCut]).toEqual([[1], true]);
  const last = await publisher.history(channel, { limit: 10, sinceOffset: 2 });
  expect([last.publications.map(({ offset }) => offset), last.isCut]).toEqual([[3], false]);
});

test.each([
  [3_000, 20_000],
  [20_000, 100],
])(
  "presence of %i clients with %i bytes each is asked for in pieces of bounded size",
  async (clients, bytes) => {
    const channel = knownChannelName(`kept:${++count}`);
    await client.zadd("sy:hub:{nodes}:expiry", Date.now() + 600_000, "n");
    const info = JSON.stringify({ user: "u", client: "c", conn_info: "x".repeat(bytes) });
    const { members } = presenceKeys("sy", channel);
    for (let one = 0; one < clients; one += 500) {
      await client.hset(
        members,
        new Map(Array.from({ length: 500 }, (_, index) => [`c${one + index}`, `n:0:1:u${info}`])),
      );
    }
    const scan = vi.spyOn(client, "hscanBuffer");
    const presence = readPresenceOver(client, { redis: { url: server.url, prefix: "sy" }, maxBytes: 200_000_000 });
    expect((await presence.members(channel)).size).toBe(clients);
    const replies = await Promise.all(scan.mock.results.map(({ value }) => value as Promise<[Buffer, Buffer[]]>));
    const sizes = replies.map(([, found]) => found.reduce((sum, { length }) => sum + length, 0));
    // Twice: HSCAN goes by places of its table, which hold more than one here and there.
    expect(Math.max(...sizes)).toBeLessThan(2 * 262_144 + 16 * 2 * bytes);
    scan.mockRestore();
  },
  60_000,
);
