import type { Outcome } from "@switchyard/tasks/task-worker";
import { expect, test } from "vitest";
import { attemptOf } from "./testing/attempt-of.ts";
import { createWorkerLoad } from "./worker-load.ts";

const attempt = (handler: string) => attemptOf({}, { handler }).attempt;

test("what runs is counted while it runs, also when it throws", async () => {
  const gate = Promise.withResolvers<never>();
  const load = createWorkerLoad({ names: new Set(["slow", "quick"]), run: () => gate.promise });
  const runs = ["slow", "slow", "producers-text"].map((handler) => load.run(attempt(handler)));
  expect(load.busy()).toBe(3);
  expect(load.running()).toEqual({ slow: 2 });
  gate.reject(new Error("no"));
  await Promise.allSettled(runs);
  expect(load.busy()).toBe(0);
  expect(load.running()).toEqual({});
});

test("attempts that fail make a handler's tasks no longer, whatever they take", async () => {
  let [hasFailed, nowMs] = [true, 0];
  const run = (): Promise<Outcome> => {
    nowMs += 10;
    if (hasFailed) return Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: false });
    return Promise.resolve({ kind: "succeeded", result: null });
  };
  const load = createWorkerLoad({ names: new Set(["slow"]), run }, () => nowMs);
  await load.run(attempt("slow"));
  expect(load.secondsPerTask()).toEqual({ slow: 0 });
  hasFailed = false;
  await load.run(attempt("slow"));
  expect(load.secondsPerTask()["slow"]).toBeGreaterThan(0);
});

test("seconds per task follow what attempts take, by handler of the catalog alone", async () => {
  let [tookMs, nowMs] = [1, 0];
  const run = (): Promise<Outcome> => {
    nowMs += tookMs;
    return Promise.resolve({ kind: "succeeded", result: null });
  };
  const load = createWorkerLoad({ names: new Set(["slow"]), run }, () => nowMs);
  expect(load.secondsPerTask()).toEqual({});
  await load.run(attempt("slow"));
  tookMs = 60;
  await load.run(attempt("slow"));
  const { slow = 0 } = load.secondsPerTask();
  expect(slow).toBeGreaterThan(0.008);
  await load.run(attempt("slow"));
  expect(load.secondsPerTask()["slow"]).toBeGreaterThan(slow);
  await load.run(attempt("producers-text"));
  expect(Object.keys(load.secondsPerTask())).toEqual(["slow"]);
});
