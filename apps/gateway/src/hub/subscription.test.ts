import { knownChannelName } from "@switchyard/broker/channel-name";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deliveryOf, type Delivery, type Step } from "./delivery.ts";
import { Subscription, type LossSource } from "./subscription.ts";

const channel = knownChannelName("c");
const delivery = (offset: number, epoch = "e", previousOffset = offset - 1, first?: Step["first"]) =>
  deliveryOf(channel, { offset, previousOffset, epoch, timeMs: 0, body: Buffer.from(`{"data":${offset}}`) }, first);

function subscribe() {
  const sent: number[] = [];
  const losses: LossSource[] = [];
  const subscriber = {
    id: "c",
    deliver: ({ notice }: Delivery) => {
      if (notice.kind === "publication") sent.push(notice.publication.offset);
    },
    expireSubscription: () => undefined,
    insufficientState: (_: unknown, source: LossSource) => void losses.push(source),
  };
  return { subscription: new Subscription(subscriber, channel, false), sent, losses };
}

test("any interleaving of history and live is free of gaps and duplicates", () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20), fc.nat(20), (heldFrom, historyTop, last) => {
      // Held from `heldFrom + 1` on, while history was read up to `historyTop`; live goes on to `last`.
      fc.pre(heldFrom <= historyTop && historyTop <= last);
      const { subscription, sent, losses } = subscribe();
      for (let offset = heldFrom + 1; offset <= last; offset++) subscription.deliver(delivery(offset));
      subscription.goLive({ offset: historyTop, epoch: "e" });
      subscription.deliver(delivery(last + 1));
      expect(sent).toEqual(Array.from({ length: last + 1 - historyTop }, (_, index) => historyTop + 1 + index));
      expect(losses).toEqual([]);
    }),
  );
});

test("a gap is told once and nothing is sent on top of it", () => {
  const { subscription, sent, losses } = subscribe();
  subscription.goLive({ offset: 1, epoch: "e" });
  for (const offset of [2, 4, 5]) subscription.deliver(delivery(offset));
  expect([sent, losses]).toEqual([[2], ["gap"]]);
});

test("another epoch is a loss, even where the offset would fit", () => {
  const { subscription, sent, losses } = subscribe();
  subscription.goLive({ offset: 1, epoch: "e" });
  subscription.deliver(delivery(2, "new"));
  expect([sent, losses]).toEqual([[], ["epoch"]]);
});

const leap = 3_000_000_000;

test("who stands where the history goes on after a leap misses nothing", () => {
  const { subscription, sent, losses } = subscribe();
  subscription.goLive({ offset: 1, epoch: "e" });
  for (const next of [delivery(2), delivery(leap + 3, "e", 2), delivery(leap + 4)]) subscription.deliver(next);
  expect([sent, losses]).toEqual([[2, leap + 3, leap + 4], []]);
});

test.each([
  ["behind what Redis has kept", 2, leap + 2, 1],
  ["in a leap that was itself lost, above the one that stands", 2 * leap, leap + 3, 2],
  ["in a leap that was itself lost, below the one that stands", leap, 2 * leap + 3, 2],
])("who stands %s is told, and gets nothing of the other history", (_, position, offset, previous) => {
  const { subscription, sent, losses } = subscribe();
  subscription.goLive({ offset: position, epoch: "e" });
  subscription.deliver(delivery(offset, "e", previous));
  expect([sent, losses]).toEqual([[], ["fork"]]);
});

test("a run of conflated publications continues from its middle, but not over a leap", () => {
  const run = (position: number, first: { offset: number; previousOffset: number }, last: number) => {
    const { subscription, sent, losses } = subscribe();
    subscription.goLive({ offset: position, epoch: "e" });
    subscription.deliver(delivery(last, "e", last - 1, first));
    return { sent, losses };
  };
  expect(run(5, { offset: 4, previousOffset: 3 }, 8)).toEqual({ sent: [8], losses: [] });
  expect(run(5, { offset: 7, previousOffset: 6 }, 8)).toEqual({ sent: [], losses: ["gap"] });
  expect(run(5, { offset: leap + 4, previousOffset: 3 }, leap + 8)).toEqual({ sent: [], losses: ["fork"] });
});

test("publications that are not kept pass between numbered ones", () => {
  const { subscription, sent } = subscribe();
  subscription.goLive({ offset: 1, epoch: "e" });
  for (const offset of [2, 0, 3]) subscription.deliver(delivery(offset));
  expect(sent).toEqual([2, 0, 3]);
});

test("nothing leaves before the reply, and nothing after the end", () => {
  const { subscription, sent } = subscribe();
  subscription.deliver(delivery(0));
  expect(sent).toEqual([]);
  subscription.goLive(undefined);
  subscription.end();
  subscription.deliver(delivery(0));
  expect(sent).toEqual([0]);
});

test("a publication that is the client's own is stepped over, also while it joins", () => {
  const { subscription, sent, losses } = subscribe();
  subscription.skip(delivery(2));
  subscription.goLive({ offset: 1, epoch: "e" });
  subscription.deliver(delivery(3));
  subscription.skip(delivery(4));
  subscription.deliver(delivery(5));
  expect([sent, losses]).toEqual([[3, 5], []]);
});
