import { expect, test } from "vitest";
import { createProcessList } from "./process-list.ts";

const worker = (uid: string, more: object = {}) => ({
  uid,
  name: `${uid}:1`,
  version: "1.0.0",
  queue: "tasks",
  handlers: [],
  concurrency: 8,
  busy: 0,
  secondsPerTask: {},
  startedAtMs: 0,
  ...more,
});
const api = { uid: "a", name: "a:1", version: "1.0.0" };
const none = { gateways: [], apis: [], workers: [] };

test("a worker that vanishes is lost, one that had said it stops is only gone, and after ten minutes nobody speaks of them", () => {
  const list = createProcessList();
  list.update({ ...none, workers: [worker("w"), worker("x", { isDraining: true })] }, 1_000);
  const told = list
    .update(none, 20_000)
    .map(({ uid, state, isLost, lastSeenAtMs }) => ({ uid, state, isLost, lastSeenAtMs }));
  expect(told).toEqual([
    { uid: "w", state: "gone", isLost: true, lastSeenAtMs: 1_000 },
    { uid: "x", state: "gone", isLost: false, lastSeenAtMs: 1_000 },
  ]);
  expect(list.update(none, 40_000)).toHaveLength(2);
  expect(list.update(none, 601_001)).toEqual([]);
});

test("an api or a gateway that goes is not called lost, since neither says that it stops", () => {
  const list = createProcessList();
  list.update({ ...none, apis: [api] }, 1_000);
  expect(list.update(none, 20_000)).toMatchObject([{ kind: "api", state: "gone", isLost: false }]);
});

test("one that comes back is up, and not gone as well", () => {
  const list = createProcessList();
  list.update({ ...none, workers: [worker("w")] }, 1_000);
  list.update(none, 20_000);
  expect(list.update({ ...none, workers: [worker("w")] }, 30_000)).toMatchObject([{ state: "up", isLost: false }]);
});
