import { expect, test } from "vitest";
import { createHold, heldMs } from "./hold-missing.ts";

const api = (uid: string) => ({ uid, name: `${uid}:1`, version: "1.0.0" });
const worker = (uid: string, more: object = {}) => ({
  ...api(uid),
  queue: "tasks",
  handlers: [],
  concurrency: 8,
  busy: 3,
  secondsPerTask: {},
  startedAtMs: 0,
  ...more,
});
const none = { gateways: [], apis: [], workers: [] };
const quiet = { lastWords: new Map(), isRefusing: false };

test("while Redis takes no writes, and until leases can have been written again, nobody is missed", () => {
  const hold = createHold();
  const alive = { ...none, apis: [api("a")], workers: [worker("w")] };
  expect(hold(alive, { ...quiet, nowMs: 0 })).toEqual(alive);
  // Its lease runs out, and for an hour nobody can write one.
  expect(hold(none, { ...quiet, nowMs: 10_000, isRefusing: true })).toEqual(alive);
  expect(hold(none, { ...quiet, nowMs: 3_600_000, isRefusing: true })).toEqual(alive);
  expect(hold(none, { ...quiet, nowMs: 3_600_001 })).toEqual(alive);
  expect(hold({ ...none, apis: [api("a")] }, { ...quiet, nowMs: 3_599_999 + heldMs })).toEqual(alive);
  expect(hold({ ...none, apis: [api("a")] }, { ...quiet, nowMs: 3_600_000 + heldMs })).toEqual({
    ...none,
    apis: [api("a")],
  });
});

test("who has left by itself, or had begun to stop, is gone at once", () => {
  const hold = createHold();
  hold({ ...none, apis: [api("a")], workers: [worker("w", { isDraining: true })] }, { ...quiet, nowMs: 0 });
  expect(hold(none, { ...quiet, nowMs: 1_000, lastWords: new Map([["a", {}]]) })).toEqual(none);
});

test("who comes back is not missed for what it was missed before", () => {
  const hold = createHold();
  const alive = { ...none, apis: [api("a")] };
  hold(alive, { ...quiet, nowMs: 0 });
  hold(none, { ...quiet, nowMs: 1_000 });
  hold(alive, { ...quiet, nowMs: 2_000 });
  expect(hold(none, { ...quiet, nowMs: 1_000 + heldMs })).toEqual(alive);
  expect(hold(none, { ...quiet, nowMs: 1_000 + 2 * heldMs })).toEqual(none);
});
