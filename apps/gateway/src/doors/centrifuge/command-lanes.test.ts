import type { Command } from "@switchyard/protocol/command";
import { expect, test } from "vitest";
import { CommandLanes } from "./command-lanes.ts";

interface Running {
  readonly id: number;
  readonly signal: AbortSignal | undefined;
  end(): Promise<void>;
}

function openLanes() {
  const running: Running[] = [];
  const log: string[] = [];
  const lanes = new CommandLanes({
    run({ id }, { signal }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      // What follows an end is done in the turn after it.
      running.push({ id, signal, end: () => (resolve(), new Promise((next) => setImmediate(next))) });
      return promise;
    },
    refuse: ({ id }) => void log.push(`refused ${id}`),
    flow: { pause: () => void log.push("paused"), resume: () => void log.push("resumed") },
  });
  const ids = () => running.map(({ id }) => id);
  const end = (id: number) => running.find((one) => one.id === id)?.end();
  return { lanes, running, ids, end, log };
}

const rpc = (id: number, data: unknown = null): Command => ({ method: "rpc", id, request: { data } });

test("commands of one key run one after the other, in the order they came; others run beside them", async () => {
  const { lanes, ids, end } = openLanes();
  lanes.add(rpc(1), "a");
  lanes.add(rpc(2), "a");
  lanes.add(rpc(3), "b");
  lanes.add(rpc(4), undefined);
  lanes.add(rpc(5), "a");
  expect(ids()).toEqual([1, 3, 4]);
  await end(3);
  expect(ids()).toEqual([1, 3, 4]);
  await end(1);
  await end(2);
  expect(ids()).toEqual([1, 3, 4, 2, 5]);
  expect(lanes.has("a")).toBe(true);
  await end(5);
  expect(lanes.has("a")).toBe(false);
  await end(4);
  expect(lanes.isIdle).toBe(true);
});

test("32 run, 1 024 wait while the socket is not read, and one more is refused at once", async () => {
  const { lanes, running, log, end } = openLanes();
  for (let id = 1; id <= 32 + 1_024; id++) lanes.add(rpc(id), undefined);
  expect(running).toHaveLength(32);
  expect(log).toEqual(["paused"]);
  lanes.add(rpc(9_999), undefined);
  expect(log).toEqual(["paused", "refused 9999"]);
  for (let id = 1; id <= 512; id++) await end(id);
  expect(log).toEqual(["paused", "refused 9999"]);
  await end(513);
  expect(log.at(-1)).toBe("resumed");
});

test("what waits holds 256 KiB at most, in texts and in bytes", () => {
  const { lanes, log } = openLanes();
  for (let id = 1; id <= 32; id++) lanes.add(rpc(id, "x".repeat(60_000)), undefined);
  for (let id = 33; id <= 36; id++) lanes.add(rpc(id, new Uint8Array(60_000)), undefined);
  expect(log).toEqual([]);
  lanes.add(rpc(37, "x".repeat(60_000)), undefined);
  expect(log).toEqual(["refused 37"]);
  lanes.add(rpc(38, "small"), undefined);
  expect(log).toEqual(["refused 37"]);
});

test("what is taken back is told so, whether it runs or waits, and goes through its lane all the same", async () => {
  const { lanes, running, end } = openLanes();
  lanes.add(rpc(1), "a");
  lanes.add(rpc(2), "a");
  lanes.abort("a");
  lanes.add(rpc(3), "a");
  expect(running[0]?.signal?.aborted).toBe(true);
  await end(1);
  await end(2);
  expect(running.map(({ signal }) => signal?.aborted)).toEqual([true, true, false]);
});
