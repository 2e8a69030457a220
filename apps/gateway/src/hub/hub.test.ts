import { knownChannelName } from "@switchyard/broker/channel-name";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Delivery } from "./delivery.ts";
import { Hub } from "./hub.ts";
import type { Encoder } from "./notice.ts";
import { Subscription } from "./subscription.ts";

const a = knownChannelName("a");
/** Two wires; how often each encodes is counted. */
const encoders = [0, 1].map((index) => {
  const encoder = {
    index,
    encode: () => (encoder.count++, Buffer.from(`${index}`)),
    ping: Buffer.of(),
    hasPongs: true,
    count: 0,
  };
  return encoder satisfies Encoder;
});
const subscriber = (sent: Delivery[] = []) => ({
  id: "c",
  deliver: (delivery: Delivery) => void sent.push(delivery),
  insufficientState: () => undefined,
  expireSubscription: () => undefined,
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
      const joined = new Map<string, { subscription: Subscription; sent: Delivery[] }>();
      for (const { join, who, channel } of actions) {
        const key = `${channel}${who}`;
        const existing = joined.get(key);
        if (join && existing === undefined) {
          const sent: Delivery[] = [];
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

test("every subscriber of a channel that speaks the same wire is handed the very same bytes, encoded once", async () => {
  const { hub } = createHub();
  const sent: Delivery[] = [];
  for (let count = 0; count < 4; count++) {
    const subscription = new Subscription(subscriber(sent), a, false);
    await hub.add(subscription);
    subscription.goLive(undefined);
  }
  hub.receive(a, publication);
  const messages = sent.flatMap((delivery, index) => delivery.bytes(encoders[index % 2] as Encoder));
  expect(new Set(messages).size).toBe(2);
  expect(encoders.map(({ count }) => count)).toEqual([1, 1]);
});

test("removing twice counts once", async () => {
  const { hub } = createHub();
  const subscription = new Subscription(subscriber(), a, false);
  await hub.add(subscription);
  hub.remove(subscription);
  hub.remove(subscription);
  expect([hub.subscriptionCount, hub.channelCount]).toEqual([0, 0]);
});

test("who is left out of a publication is not sent it, everybody else is, and the next one is no gap to anybody", async () => {
  const { hub } = createHub();
  const members = await Promise.all(
    ["sender", "other"].map(async (id) => {
      const sent: Delivery[] = [];
      const losses: unknown[] = [];
      const one = { ...subscriber(sent), id, insufficientState: (...loss: unknown[]) => void losses.push(loss) };
      const subscription = new Subscription(one, a, false);
      await hub.add(subscription);
      subscription.goLive({ epoch: "", offset: 0 });
      return { sent, losses };
    }),
  );
  hub.receive(a, { ...publication, offset: 1, exclude: "sender" });
  hub.receive(a, { ...publication, offset: 2, previousOffset: 1 });
  expect(members.map(({ sent, losses }) => [sent.length, losses.length])).toEqual([
    [1, 0],
    [2, 0],
  ]);
});
