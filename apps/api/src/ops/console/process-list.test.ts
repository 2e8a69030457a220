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

test("an api that goes is not called lost, since it does not say that it stops", () => {
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

const gateway = (uptime: number) => ({
  uid: "g",
  name: "g:1",
  version: "1.0.0",
  num_clients: 0,
  num_users: 0,
  num_subs: 0,
  num_channels: 0,
  uptime,
});

/** Looked at every so often, until it is off the list at a time; it says for how long it is up every 3 s until it falls silent. */
function looksAt({ everyMs, silentAtMs, goneAtMs }: Readonly<Record<"everyMs" | "silentAtMs" | "goneAtMs", number>>) {
  const list = createProcessList();
  let told = list.update(none, 0);
  for (let nowMs = 1_000; nowMs <= goneAtMs + everyMs; nowMs += everyMs) {
    const uptime = 3 * Math.floor(Math.min(nowMs, silentAtMs) / 3_000);
    told = list.update({ ...none, gateways: nowMs < goneAtMs ? [gateway(uptime)] : [] }, nowMs);
  }
  return told;
}

test.each([1_000, 2_000, 3_000])(
  "a gateway that dies is lost when its lease is over, and one that leaves is not, looked at every %i ms",
  (everyMs) => {
    for (let silentAtMs = 30_000; silentAtMs < 33_000; silentAtMs += 250) {
      const diedAtMs = 3_000 * Math.floor(silentAtMs / 3_000) + 10_000;
      const times = { everyMs, silentAtMs };
      expect(looksAt({ ...times, goneAtMs: diedAtMs })).toMatchObject([
        { kind: "gateway", state: "gone", isLost: true },
      ]);
      expect(looksAt({ ...times, goneAtMs: silentAtMs })).toMatchObject([{ state: "gone", isLost: false }]);
    }
  },
);

test("a gateway that went while nobody looked, as in an outage, is not called lost", () => {
  expect(looksAt({ everyMs: 10_000, silentAtMs: 30_000, goneAtMs: 40_000 })).toMatchObject([{ isLost: false }]);
});
