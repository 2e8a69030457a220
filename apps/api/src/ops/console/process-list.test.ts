import { expect, test } from "vitest";
import { createProcessList, type LastWords } from "./process-list.ts";

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
const api = { uid: "a", name: "a:1", version: "1.0.0", startedAtMs: 500 };
const none = { gateways: [], apis: [], workers: [] };

const gateway = {
  uid: "g",
  name: "g:1",
  version: "1.0.0",
  num_clients: 0,
  num_users: 0,
  num_subs: 0,
  num_channels: 0,
  uptime: 7,
};
const noWords: LastWords = new Map();

test("whoever vanishes is lost, who has left or had said that it stops is only gone, and after ten minutes nobody speaks of them", () => {
  const list = createProcessList();
  const workers = [worker("w"), worker("x", { isDraining: true }), worker("y")];
  list.update({ gateways: [gateway], apis: [api], workers }, noWords, 1_000);
  expect(list.missing(none)).toEqual(["g", "a", "w", "x", "y"]);
  const told = list
    .update(none, new Map([["y", {}]]), 20_000)
    .map(({ uid, state, isLost, lastSeenAtMs }) => ({ uid, state, isLost, lastSeenAtMs }));
  const gone = { state: "gone", lastSeenAtMs: 1_000 };
  expect(told).toEqual([
    { ...gone, uid: "g", isLost: true },
    { ...gone, uid: "a", isLost: true },
    { ...gone, uid: "w", isLost: true },
    { ...gone, uid: "x", isLost: false },
    { ...gone, uid: "y", isLost: false },
  ]);
  // What it was is asked once.
  expect(list.missing(none)).toEqual([]);
  expect(list.update(none, noWords, 40_000).map(({ isLost }) => isLost)).toEqual([true, true, true, false, false]);
  expect(list.update(none, noWords, 601_001)).toEqual([]);
});

test("since when a process runs is told of every kind, of a gateway by whole minutes, and null where it does not say", () => {
  const older = { uid: "b", name: "b:1", version: "0.9.0" };
  const alive = { gateways: [gateway], apis: [api, older], workers: [worker("w", { startedAtMs: 700 })] };
  const told = createProcessList().update(alive, noWords, 61_000);
  expect(told.map(({ startedAtMs }) => startedAtMs)).toEqual([0, 500, null, 700]);
});

test("processes whose pool has vanished say so while they end, and with their last words", () => {
  const list = createProcessList();
  list.update(
    { ...none, workers: [worker("w", { pool: "p" }), worker("x", { pool: "p", isDraining: true, isOrphan: true })] },
    noWords,
    1_000,
  );
  const told = list.update(
    none,
    new Map([
      ["w", { isOrphan: true }],
      ["x", { isOrphan: true }],
    ]),
    2_000,
  );
  expect(told).toMatchObject([
    { isLost: false, isOrphan: true, worker: { pool: "p" } },
    { isLost: false, isOrphan: true },
  ]);
});

test("one that comes back is up, and not gone as well", () => {
  const list = createProcessList();
  list.update({ ...none, workers: [worker("w")] }, noWords, 1_000);
  list.update(none, noWords, 20_000);
  expect(list.update({ ...none, workers: [worker("w")] }, noWords, 30_000)).toMatchObject([
    { state: "up", isLost: false },
  ]);
});
