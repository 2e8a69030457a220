import { knownChannelName } from "@switchyard/broker/channel-name";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Subscription } from "../../hub/subscription.ts";
import { expiryFields, subscriptionResult } from "./subscription-result.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

test.each([
  [undefined, {}],
  [60_000, { expires: true, ttl: 60 }],
  [59_999, { expires: true, ttl: 59 }],
  [1_500, { expires: true, ttl: 1 }],
  [200, { expires: true, ttl: 1 }],
  [-5_000, { expires: true, ttl: 1 }],
])("with %s ms left a client asks for a new token while the old one is good, if it still is", (leftMs, fields) => {
  expect(expiryFields(leftMs === undefined ? {} : { expiresAtMs: Date.now() + leftMs })).toEqual(fields);
});

const nobody = { id: "c", deliver() {}, insufficientState() {}, expireSubscription() {} };
const subscribed = {
  subscription: new Subscription(nobody, knownChannelName("news"), false),
  isRecoverable: true,
  hasDeltas: false,
  position: { epoch: "e", offset: 9 },
  recovery: undefined,
};
const from = { epoch: "e", offset: 7 };

test("a client that begins here stands at the top, and is told nothing of a recovery", () => {
  expect(subscriptionResult(subscribed)).toEqual({ recoverable: true, positioned: true, epoch: "e", offset: 9 });
});

test("a client that recovers counts from where it stood, one that cannot stands at the top and is told that it asked", () => {
  const publications = [{ offset: 8, body: Buffer.from("{}") }];
  expect(subscriptionResult({ ...subscribed, recovery: { from, isComplete: true, publications } })).toMatchObject({
    was_recovering: true,
    recovered: true,
    offset: 7,
    publications,
  });
  const lost = subscriptionResult({ ...subscribed, recovery: { from, isComplete: false, publications: [] } });
  expect(lost).toMatchObject({ was_recovering: true, offset: 9 });
  expect(lost).not.toHaveProperty("recovered");
  expect(lost).not.toHaveProperty("publications");
});
