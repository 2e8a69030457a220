import type { Backlog } from "@switchyard/tasks/backlog";
import type { WorkerState } from "@switchyard/tasks/worker-registry";
import { expect, test } from "vitest";
import { slotsOfWorkers } from "./slots-of-workers.ts";

const idle: Backlog = {
  counts: { queued: 0, running: 0, retrying: 0, delayed: 0, dead: 0 },
  runnable: 0,
  retryingRunnable: 0,
  handlers: [],
  oldestRunnableAgeMs: null,
  inPerSecond: null,
  outPerSecond: null,
  groups: [],
  isCapped: false,
};

function worker(more: Partial<WorkerState>): WorkerState {
  const own = { uid: "a", name: "a", version: "1", queue: "tasks", handlers: [], concurrency: 10, startedAtMs: 0 };
  return { ...own, busy: 0, secondsPerTask: {}, ...more };
}

test("nothing to do needs nothing", () => {
  expect(slotsOfWorkers(idle, [worker({})], 5)).toBe(0);
});

test("the need is what is in use and the time of what waits, by handler, over the target", () => {
  const workers = [worker({ busy: 3, secondsPerTask: { mail: 0.1 } }), worker({ secondsPerTask: { mail: 0.3 } })];
  const handlers = [
    { handler: "mail", runnable: 100, retrying: 0 },
    { handler: "new", runnable: 10, retrying: 0 },
  ];
  // 100 × 0.2 s, 10 × 1 s as nobody has run it, and 5 × 0.2 s, the mean, of handlers that are not told apart, in 5 s.
  expect(slotsOfWorkers({ ...idle, runnable: 115, handlers }, workers, 5)).toBe(3 + 6);
});

test("one task that waits needs a slot, and a flood of retries needs no more than one", () => {
  expect(slotsOfWorkers({ ...idle, runnable: 1 }, [], 5)).toBe(1);
  const handlers = [{ handler: "poison", runnable: 9_000, retrying: 9_000 }];
  expect(slotsOfWorkers({ ...idle, runnable: 9_000, retryingRunnable: 9_000, handlers }, [], 5)).toBe(1);
});

test("retries need one worker at most, those that run and those that wait, so poison does not bring one pod after the other", () => {
  const workers = [1, 2, 3].map(() => worker({ busy: 10, busyRetrying: 10, secondsPerTask: { flaky: 1 } }));
  const handlers = [{ handler: "flaky", runnable: 9_000, retrying: 9_000 }];
  expect(slotsOfWorkers({ ...idle, runnable: 9_000, retryingRunnable: 9_000, handlers }, workers, 5)).toBe(10);
});
