import { knownChannelName } from "@switchyard/broker/channel-name";
import type { History } from "@switchyard/broker/broker";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import { Hub } from "../hub/hub.ts";
import { Subscription, type LossSource } from "../hub/subscription.ts";
import { startPositionRepair } from "./position-repair.ts";

const logger = createLogger({ app: "test", level: "silent" });
const channel = knownChannelName("kept:a");
/** Another history than the one the subscription below knows. */
const top: History = { offset: 0, epoch: "new", publications: [], isCut: false };

/** One subscription on a hub whose stream is read by `history`; `told` are the losses it has heard of. */
async function open(history: () => Promise<History>) {
  const hub = new Hub({
    interest: { acquire: async () => undefined, release: () => undefined },
    conflateIntervalMs: () => 0,
  });
  const told: LossSource[] = [];
  const subscriber = {
    id: "c",
    deliver: () => undefined,
    expireSubscription: () => undefined,
    insufficientState(subscription: Subscription, source: LossSource) {
      told.push(source);
      hub.remove(subscription);
    },
  };
  const subscription = new Subscription(subscriber, channel, false);
  await hub.add(subscription);
  subscription.goLive({ offset: 3, epoch: "old" });
  return { told, repair: startPositionRepair({ hub, broker: { history }, logger, retryMs: 1 }) };
}

test("a check that Redis does not answer is repeated until it does, though nothing is restored again", async () => {
  let reads = 0;
  const { told, repair } = await open(() => (++reads < 4 ? Promise.reject(new Error("away")) : Promise.resolve(top)));
  repair.restored();
  await eventually(() => expect(told).toEqual(["reconnect_check"]));
  expect(reads).toBe(4);
});

test.each([
  ["another restoration", 2],
  ["its end", 1],
])("%s ends the check under way", async (what, expected) => {
  const asked: PromiseWithResolvers<History>[] = [];
  const { repair } = await open(() => {
    asked.push(Promise.withResolvers());
    return asked.at(-1)?.promise ?? Promise.reject(new Error("none"));
  });
  repair.restored();
  if (what === "its end") repair.close();
  else repair.restored();
  asked[0]?.reject(new Error("away"));
  await manyRepeats();
  expect(asked).toHaveLength(expected);
});

/** Another check that fails, begun later: timers of one length end in the order they began, so what would be repeated has been by then. */
async function manyRepeats(): Promise<void> {
  let reads = 0;
  const { repair } = await open(() => (reads++, Promise.reject(new Error("away"))));
  repair.restored();
  await eventually(() => expect(reads).toBeGreaterThan(4));
  repair.close();
}
