import type { ChannelName } from "@switchyard/broker/channel-name";
import { createLogger } from "@switchyard/runtime/logger";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Interest } from "./interest.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [a, b] = ["a", "b"] as [ChannelName, ChannelName];

/** What the node asks its broker, and what it is subscribed to by that. */
function setup() {
  const asked: string[] = [];
  const subscribed = new Set<ChannelName>();
  const broker = {
    subscribe: async (channel: ChannelName) => {
      asked.push(`subscribe ${channel}`);
      subscribed.add(channel);
    },
    unsubscribe: async (channel: ChannelName) => {
      asked.push(`unsubscribe ${channel}`);
      subscribed.delete(channel);
      if (channel === b) throw new Error("Redis is away");
    },
  };
  return { asked, subscribed, interest: new Interest(broker, createLogger({ app: "gateway", level: "silent" })) };
}

test("a channel is wanted for a second after its last subscriber has left", async () => {
  const { interest, subscribed } = setup();
  await interest.acquire(a);
  interest.release(a);
  await vi.advanceTimersByTimeAsync(999);
  expect(subscribed).toEqual(new Set([a]));
  await vi.advanceTimersByTimeAsync(1);
  expect(subscribed).toEqual(new Set());
});

test("who comes back within the second keeps it wanted for good", async () => {
  const { interest, subscribed, asked } = setup();
  for (let reload = 0; reload < 5; reload++) {
    await interest.acquire(a);
    interest.release(a);
    await vi.advanceTimersByTimeAsync(900);
  }
  await interest.acquire(a);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(subscribed).toEqual(new Set([a]));
  expect(asked).not.toContain("unsubscribe a");
});

test("after it came back, the next last one to leave begins a second of its own", async () => {
  const { interest, subscribed } = setup();
  await interest.acquire(a);
  interest.release(a);
  await vi.advanceTimersByTimeAsync(900);
  await interest.acquire(a);
  interest.release(a);
  await vi.advanceTimersByTimeAsync(900);
  expect(subscribed).toEqual(new Set([a]));
  await vi.advanceTimersByTimeAsync(100);
  expect(subscribed).toEqual(new Set());
});

test("channels linger apart, and one that cannot be given up does not keep others", async () => {
  const { interest, subscribed } = setup();
  await Promise.all([interest.acquire(a), interest.acquire(b)]);
  interest.release(b);
  interest.release(a);
  await interest.acquire(b);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(subscribed).toEqual(new Set([b]));
  interest.release(b);
  await vi.advanceTimersByTimeAsync(1_000);
  await interest.acquire(b);
  expect(subscribed).toEqual(new Set([b]));
});

test("`acquire` waits for the broker, also where the channel still lingers", async () => {
  let acknowledge = () => undefined as void;
  const broker = {
    subscribe: () => new Promise<void>((resolve) => (acknowledge = resolve)),
    unsubscribe: async () => undefined,
  };
  const interest = new Interest(broker, createLogger({ app: "gateway", level: "silent" }));
  for (let round = 0; round < 2; round++) {
    let acknowledged = false;
    const acquired = interest.acquire(a).then(() => (acknowledged = true));
    await vi.advanceTimersByTimeAsync(10);
    expect(acknowledged).toBe(false);
    acknowledge();
    await acquired;
    interest.release(a);
  }
});
