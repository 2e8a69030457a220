import { knownChannelName } from "@switchyard/broker/channel-name";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import { SubscriberCounts } from "./subscriber-counts.ts";

const channel = knownChannelName("shop:news");

/** A channel, counted by way of a Redis that may be away. */
function openCounts() {
  const redis = { isAway: false, clients: 1, unanswered: 0 };
  let change = () => {};
  const ask = () => {
    if (!redis.isAway) return;
    redis.unanswered++;
    throw new Error("Redis does not answer");
  };
  const counts = new SubscriberCounts({
    hub: {
      async watch(_channel, onSignal) {
        change = () => onSignal({} as never);
        ask();
      },
      unwatch: () => undefined,
    },
    presence: {
      async stats() {
        ask();
        return { num_clients: redis.clients, num_users: 1 };
      },
    },
  });
  const told: string[] = [];
  const occupant = { isGone: false, send: (message: Buffer) => void told.push(message.toString()) };
  return { redis, told, enter: () => counts.enter(channel, "news", occupant), change: () => change() };
}

const count = (clients: number) => expect.stringContaining(String.raw`\"subscription_count\":${clients}`);

test("a subscriber that comes while Redis is away is told how many they are as soon as it is back", async () => {
  const { redis, told, enter, change } = openCounts();
  redis.isAway = true;
  await expect(enter()).rejects.toThrow("Redis does not answer");
  redis.isAway = false;
  await eventually(() => expect(told).toEqual([count(1)]));
  redis.clients = 2;
  change();
  await eventually(() => expect(told).toEqual([count(1), count(2)]));
});

test("after a count that Redis did not answer the next change is told, also where it comes to the same", async () => {
  const { redis, told, enter, change } = openCounts();
  await enter();
  await eventually(() => expect(told).toHaveLength(1));
  redis.isAway = true;
  change();
  await eventually(() => expect(redis.unanswered).toBe(1));
  redis.isAway = false;
  change();
  await eventually(() => expect(told).toEqual([count(1), count(1)]));
});
