import { knownChannelName } from "@switchyard/broker/channel-name";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Subscription } from "./subscription.ts";
import { Hub } from "./hub.ts";

const a = knownChannelName("a");
const subscriber = (sent: string[] = []) => ({
  id: "c",
  send: (message: Buffer) => void sent.push(message.toString()),
  insufficientState: () => undefined,
  endSubscription: () => undefined,
});
const publication = { offset: 0, previousOffset: 0, epoch: "", timeMs: 0, body: Buffer.from('{"data":1}') };

function createHub() {
  const interest = new Set<string>();
  const hub = new Hub({
    interest: {
      acquire: async (channel) => void interest.add(channel),
      release: (channel) => void interest.delete(channel),
    },
    conflateIntervalMs: () => 0,
  });
  return { hub, interest };
}

test("after any joins and leaves, exactly the joined get a publication, and interest is exactly what is listened to", async () => {
  const action = fc.record({
    join: fc.boolean(),
    who: fc.nat(5),
    channel: fc.constantFrom(...["a", "b"].map(knownChannelName)),
  });
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
      hub.receive(a, publication);
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
      a,
      false,
    );
    await hub.add(subscription);
    subscription.goLive(undefined);
  }
  hub.receive(a, publication);
  expect(new Set(messages).size).toBe(1);
});

test("removing twice counts once", async () => {
  const { hub } = createHub();
  const subscription = new Subscription(subscriber(), a, false);
  await hub.add(subscription);
  hub.remove(subscription);
  hub.remove(subscription);
  expect([hub.subscriptionCount, hub.channelCount]).toEqual([0, 0]);
});
