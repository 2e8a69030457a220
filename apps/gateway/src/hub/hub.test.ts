import fc from "fast-check";
import { expect, test } from "vitest";
import { Subscription } from "../session/subscription.ts";
import { Hub } from "./hub.ts";

const subscriber = (sent: string[] = []) => ({
  id: "c",
  send: (message: Buffer) => void sent.push(message.toString()),
  insufficientState: () => undefined,
  endSubscription: () => undefined,
});
const publication = { offset: 0, epoch: "", timeMs: 0, body: Buffer.from('{"data":1}') };

function createHub() {
  const interest = new Set<string>();
  const forked: string[] = [];
  const gaps: string[] = [];
  const hub = new Hub({
    interest: {
      acquire: async (channel) => void interest.add(channel),
      release: (channel) => void interest.delete(channel),
    },
    onForked: ({ name }) => void forked.push(name),
    onGap: ({ name }) => void gaps.push(name),
    conflateIntervalMs: () => 0,
  });
  return { hub, interest, forked, gaps };
}

test("after any joins and leaves, exactly the joined get a publication, and interest is exactly what is listened to", async () => {
  const action = fc.record({ join: fc.boolean(), who: fc.nat(5), channel: fc.constantFrom("a", "b") });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const { hub, interest } = createHub();
      const joined = new Map<string, { subscription: Subscription; sent: string[] }>();
      for (const { join, who, channel } of actions) {
        const key = `${channel}${who}`;
        const existing = joined.get(key);
        if (join && existing === undefined) {
          const sent: string[] = [];
          const subscription = new Subscription(subscriber(sent), channel, false);
          await hub.add(subscription);
          subscription.goLive(undefined);
          joined.set(key, { subscription, sent });
        } else if (!join && existing !== undefined) {
          hub.remove(existing.subscription);
          joined.delete(key);
        }
      }
      hub.receive("a", publication);
      for (const [key, { sent }] of joined) expect(sent).toHaveLength(key.startsWith("a") ? 1 : 0);
      expect(hub.subscriptionCount).toBe(joined.size);
      expect(interest).toEqual(new Set(Array.from(joined.keys(), (key) => key.charAt(0))));
    }),
  );
});

test("every subscriber of a channel is handed the very same bytes", async () => {
  const { hub } = createHub();
  const messages: Buffer[] = [];
  for (let count = 0; count < 3; count++) {
    const subscription = new Subscription(
      { ...subscriber(), send: (message) => void messages.push(message) },
      "a",
      false,
    );
    await hub.add(subscription);
    subscription.goLive(undefined);
  }
  hub.receive("a", publication);
  expect(new Set(messages).size).toBe(1);
});

test("removing twice counts once", async () => {
  const { hub } = createHub();
  const subscription = new Subscription(subscriber(), "a", false);
  await hub.add(subscription);
  hub.remove(subscription);
  hub.remove(subscription);
  expect([hub.subscriptionCount, hub.channelCount]).toEqual([0, 0]);
});

test("a publication that is not newer than the last one proves a fork, and reaches nobody", async () => {
  const { hub, forked } = createHub();
  const sent: string[] = [];
  const subscription = new Subscription(subscriber(sent), "a", false);
  await hub.add(subscription);
  subscription.goLive(undefined);
  const at = (offset: number, timeMs: number, epoch = "e") =>
    hub.receive("a", { ...publication, offset, epoch, timeMs });
  expect([at(1, 10), at(2, 20), at(2, 20)]).toEqual([1, 1, 0]);
  expect(forked).toEqual([]);
  expect([at(2, 30), at(1, 40)]).toEqual([0, 0]);
  expect(forked).toEqual(["a", "a"]);
  expect(at(1, 50, "new epoch")).toBe(1);
  expect(sent).toHaveLength(3);
});

test("a publication behind a hole waits for the witness, which stays; who does not count gets it", async () => {
  const { hub, forked, gaps } = createHub();
  const sent: string[] = [];
  const counting = new Subscription(subscriber(sent), "a", false);
  await hub.add(counting);
  counting.goLive({ offset: 1, epoch: "e" });
  const at = (offset: number) => hub.receive("a", { ...publication, offset, epoch: "e", timeMs: offset });
  expect([at(2), at(4), at(5)]).toEqual([1, 0, 0]);
  expect([gaps, forked]).toEqual([["a", "a"], []]);
  const careless = new Subscription(subscriber(sent), "a", false);
  await hub.add(careless);
  careless.goLive(undefined);
  expect(at(6)).toBe(1);
});

test("a top that was read is no proof against publications still on their way", async () => {
  const { hub, forked } = createHub();
  const sent: string[] = [];
  const subscription = new Subscription(subscriber(sent), "a", false);
  await hub.add(subscription);
  subscription.goLive(undefined);
  hub.noteTop("a", { offset: 3, epoch: "e" });
  for (const offset of [2, 3, 4]) hub.receive("a", { ...publication, offset, epoch: "e", timeMs: offset });
  expect(forked).toEqual([]);
  expect(sent).toHaveLength(3);
});
