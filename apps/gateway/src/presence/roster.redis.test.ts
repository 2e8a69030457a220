import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules, type ChannelOptions } from "@switchyard/broker/channel-rules";
import type { Presence, PresenceChange } from "@switchyard/broker/presence";
import { createRedisPresence } from "@switchyard/broker/redis-presence";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Subscription } from "../hub/subscription.ts";
import { Roster } from "./roster.ts";

const logger = createLogger({ app: "test", level: "fatal" });
const settings = checkSettings({
  channel: {
    namespaces: [
      { name: "room", presence: true, channel_state_events: true },
      { name: "calm", presence: true, leave_debounce: "300ms" },
      { name: "patient", presence: true, leave_debounce: "60s" },
      { name: "plain" },
    ],
    user_presence: { enabled: true },
  },
});
const rules = createChannelRules(settings.channel);

let server: TestRedis;
let client: Redis;
let presence: Presence;
let roster: Roster;
const edges: { readonly edge: string; readonly channel: string; readonly atUs: number }[] = [];
let count = 0;

beforeAll(async () => {
  server = await startTestRedis();
  client = new Redis(server.url, { maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  presence = await createRedisPresence({
    redis: { url: server.url, prefix: "sy" },
    logger,
    maxBytes: 1_000_000,
    onRestored: () => roster.restore(),
  });
  const onChange = (channel: string, { edge, atUs }: PresenceChange) =>
    void (edge !== undefined && edges.push({ edge, channel, atUs }));
  roster = new Roster({ presence, lease: () => "n", onChange, logger });
  await renewLease();
});
afterAll(async () => {
  await roster.close();
  await presence.close();
  client.disconnect();
  await server.close();
});

const renewLease = () => client.zadd("sy:hub:{nodes}:expiry", Date.now() + 600_000, "n");
const optionsOf = (channel: string) => rules.find(knownChannelName(channel)) as ChannelOptions;

function subscriptionOf(id: string, channel: string): Subscription {
  return new Subscription(
    { id, deliver: () => undefined, insufficientState: () => undefined, expireSubscription: () => undefined },
    knownChannelName(channel),
    false,
  );
}

/** Joins a channel as this client; returns how to leave. */
async function join(id: string, channel: string, user = "u"): Promise<() => void> {
  const subscription = subscriptionOf(id, channel);
  await roster.join(subscription, optionsOf(channel), { user, client: id });
  return () => leave(subscription);
}

function leave(subscription: Subscription): void {
  subscription.end();
  roster.leave(subscription);
}

const clientsIn = async (channel: string) => new Set((await presence.members(knownChannelName(channel))).keys());

test("after any comings and goings, however close together, exactly those are present who came last", async () => {
  const step = fc.record({ comes: fc.boolean(), who: fc.nat(3), waits: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const channel = `room:${++count}`;
      const there = new Map<string, Subscription>();
      const joins: Promise<void>[] = [];
      for (const { comes, who, waits } of steps) {
        const id = `c${who}-${count}`;
        const existing = there.get(id);
        if (comes && existing === undefined) {
          const subscription = subscriptionOf(id, channel);
          there.set(id, subscription);
          const joining = roster.join(subscription, optionsOf(channel), { user: id, client: id });
          joins.push(joining);
          if (waits) await joining;
        } else if (!comes && existing !== undefined) {
          there.delete(id);
          leave(existing);
        }
      }
      await Promise.all(joins);
      await eventually(async () => expect(await clientsIn(channel)).toEqual(new Set(there.keys())));
      for (const subscription of there.values()) leave(subscription);
      await eventually(async () => expect(await client.keys(`sy:{${channel}}:presence*`)).toEqual([]));
      // Two that Redis answers in one breath may be told in either order; their time says which was first.
      const ofChannel = edges.filter((edge) => edge.channel === channel).toSorted((a, b) => a.atUs - b.atUs);
      const told = ofChannel.map(({ edge }) => edge);
      expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? "occupied" : "vacated")));
    }),
    { numRuns: 30 },
  );
  expect(roster.size).toBe(0);
  // The index is in another slot: an entry leaves it one command after its channel.
  await eventually(async () => expect(await client.scard("sy:hub:{node:n}:presence")).toBe(0));
});

test("nothing is written where no presence is kept, for a subscription that has ended, or for a stranger in a user's channel", async () => {
  await join("w1", "plain:1");
  const ended = subscriptionOf("w2", "room:ended");
  ended.end();
  await roster.join(ended, optionsOf("room:ended"), { user: "u", client: "w2" });
  await join("w3", "user:somebody", "else");
  expect(await client.keys("sy:{*w*")).toEqual([]);
  expect(roster.size).toBe(0);
  const goOffline = await join("w4", "user:else", "else");
  expect(await clientsIn("user:else")).toEqual(new Set(["w4"]));
  goOffline();
});

test("while Redis is away joining is refused as temporary and leaving waits; afterwards Redis says what is true", async () => {
  const channel = "room:outage";
  const leaves = await Promise.all(Array.from({ length: 300 }, (_, index) => join(`o${index}`, channel)));
  await server.stop("SIGKILL");
  for (const goAway of leaves.slice(0, 299)) goAway();
  await expect(join("late", channel)).rejects.toMatchObject({ code: 100, temporary: true });
  // It comes back empty: the one who stayed has to be written again.
  await server.restart();
  await eventually(renewLease, { timeoutMs: 10_000 });
  await eventually(async () => expect(await clientsIn(channel)).toEqual(new Set(["o299"])), { timeoutMs: 10_000 });
  expect(roster.size).toBe(1);
  leaves[299]?.();
  await eventually(async () => expect(await client.keys(`sy:{${channel}}:presence*`)).toEqual([]));
});

test("what could not be removed in time is found in the index and removed", async () => {
  const channel = "room:deaf";
  const leaves = await Promise.all(Array.from({ length: 50 }, (_, index) => join(`f${index}`, channel)));
  server.signal("SIGSTOP");
  for (const goAway of leaves.slice(0, 49)) goAway();
  const refused = await join("timed-out", channel).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 100 });
  server.signal("SIGCONT");
  await eventually(async () => expect(await clientsIn(channel)).toEqual(new Set(["f49"])), { timeoutMs: 10_000 });
  leaves[49]?.();
  await eventually(async () => expect(await client.scard("sy:hub:{node:n}:presence")).toBe(0), { timeoutMs: 10_000 });
});

test("who comes back within the debounce time has not left; who does not, has", async () => {
  // For longer than a test may take: on a slow machine too they are still there when they are looked for.
  const goAway = await join("d1", "patient:1", "x");
  goAway();
  await eventually(async () => expect(await client.hget("sy:{patient:1}:presence-leaving", "x")).toBe("d1"));
  expect(await clientsIn("patient:1")).toEqual(new Set(["d1"]));
  await join("d2", "patient:1", "x");
  expect(await clientsIn("patient:1")).toEqual(new Set(["d2"]));
  expect(await client.exists("sy:{patient:1}:presence-leaving")).toBe(0);

  const goShortly = await join("d3", "calm:1", "x");
  goShortly();
  const goForGood = await join("d4", "calm:1", "x");
  goForGood();
  await eventually(async () => expect(await clientsIn("calm:1")).toEqual(new Set()));
  await eventually(async () => expect(await client.exists("sy:{calm:1}:presence-leaving")).toBe(0));
});
