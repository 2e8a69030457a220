import fc from "fast-check";
import { expect, test } from "vitest";
import { createDelivery, Subscription } from "./subscription.ts";

const delivery = (offset: number, epoch = "e") =>
  createDelivery("c", { offset, epoch, timeMs: 0, body: Buffer.from(`{"data":${offset}}`) });

function subscribe() {
  const sent: number[] = [];
  let insufficient = 0;
  const subscriber = {
    id: "c",
    send: (message: Buffer) => {
      const { push } = JSON.parse(message.toString()) as { push: { pub: { data: number } } };
      sent.push(push.pub.data);
    },
    endSubscription: () => undefined,
    insufficientState: () => void insufficient++,
  };
  return { subscription: new Subscription(subscriber, "c", false), sent, insufficientCount: () => insufficient };
}

test("any interleaving of history and live is free of gaps and duplicates", () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20), fc.nat(20), (heldFrom, historyTop, last) => {
      // Held from `heldFrom + 1` on, while history was read up to `historyTop`; live goes on to `last`.
      fc.pre(heldFrom <= historyTop && historyTop <= last);
      const { subscription, sent, insufficientCount } = subscribe();
      for (let offset = heldFrom + 1; offset <= last; offset++) subscription.deliver(delivery(offset));
      subscription.goLive({ offset: historyTop, epoch: "e" });
      subscription.deliver(delivery(last + 1));
      expect(sent).toEqual(Array.from({ length: last + 1 - historyTop }, (_, index) => historyTop + 1 + index));
      expect(insufficientCount()).toBe(0);
    }),
  );
});

test("a gap is told once and nothing is sent on top of it", () => {
  const { subscription, sent, insufficientCount } = subscribe();
  subscription.goLive({ offset: 1, epoch: "e" });
  for (const offset of [2, 4, 5]) subscription.deliver(delivery(offset));
  expect([sent, insufficientCount()]).toEqual([[2], 1]);
});

test("another epoch is a loss, even where the offset would fit", () => {
  const { subscription, sent, insufficientCount } = subscribe();
  subscription.goLive({ offset: 1, epoch: "e" });
  subscription.deliver(delivery(2, "new"));
  expect([sent, insufficientCount()]).toEqual([[], 1]);
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
