import type { Backlog } from "@switchyard/tasks/backlog";
import type { WorkerState } from "@switchyard/tasks/worker-registry";
import { namesOfEveryObject } from "@switchyard/testkit/names-of-every-object";
import { expect, test } from "vitest";
import { slotsOfWorkers } from "./slots-of-workers.ts";

const idle: Backlog = {
  counts: { queued: 0, running: 0, retrying: 0, delayed: 0, dead: 0 },
  runnable: 0,
  due: 0,
  retryingRunnable: 0,
  handlers: [],
  oldestRunnableAgeMs: null,
  inPerSecond: null,
  outPerSecond: null,
  groups: [],
  remembered: new Map(),
  isCapped: false,
  shares: [],
  lacking: [],
};

const has = (...names: string[]) => ({ handlers: names.map((name) => ({ name, kind: "module" })) });

function worker(more: Partial<WorkerState>): WorkerState {
  const own = { uid: "a", name: "a", version: "1", queue: "tasks", handlers: [], concurrency: 10, startedAtMs: 0 };
  return { ...own, busy: 0, secondsPerTask: {}, ...more };
}

test("nothing to do needs nothing", () => {
  expect(slotsOfWorkers(idle, [worker({})], 5)).toMatchObject({ need: 0, oldestAgeMs: null });
});

test("the need is what is in use and the time of what waits, by handler, over the target", () => {
  const workers = [
    worker({ busy: 3, secondsPerTask: { mail: 0.1 }, ...has("mail", "new") }),
    worker({ secondsPerTask: { mail: 0.3 }, ...has("mail") }),
  ];
  const handlers = [
    { handler: "mail", runnable: 100, retrying: 0, oldestAgeMs: 100 },
    { handler: "new", runnable: 10, retrying: 0, oldestAgeMs: 100 },
  ];
  // 100 × 0.2 s, 10 × 1 s as nobody has run it, and 5 × 0.2 s of handlers that are not told apart, in 5 s.
  expect(slotsOfWorkers({ ...idle, runnable: 115, handlers }, workers, 5).need).toBe(3 + 6);
});

test("one task that waits needs a slot, and a flood of retries needs no more than one", () => {
  expect(slotsOfWorkers({ ...idle, runnable: 1 }, [], 5).need).toBe(1);
  const handlers = [{ handler: "poison", runnable: 9_000, retrying: 9_000, oldestAgeMs: 100 }];
  expect(slotsOfWorkers({ ...idle, runnable: 9_000, retryingRunnable: 9_000, handlers }, [], 5).need).toBe(1);
});

test("retries need one worker at most, those that run and those that wait, so poison does not bring one pod after the other", () => {
  const workers = [1, 2, 3].map(() =>
    worker({ busy: 10, busyRetrying: 10, secondsPerTask: { flaky: 1 }, ...has("flaky") }),
  );
  const handlers = [{ handler: "flaky", runnable: 9_000, retrying: 9_000, oldestAgeMs: 100 }];
  expect(slotsOfWorkers({ ...idle, runnable: 9_000, retryingRunnable: 9_000, handlers }, workers, 5).need).toBe(10);
});

test("what no worker can run needs nobody, for as long as it may wait, and counts where no worker is that could say so", () => {
  const handlers = [{ handler: "gone", runnable: 9_000, retrying: 100, oldestAgeMs: 600_000 }];
  const waiting = { ...idle, runnable: 9_000, retryingRunnable: 100, handlers };
  expect(slotsOfWorkers(waiting, [worker(has("mail"))], 5)).toMatchObject({ need: 0, oldestAgeMs: null });
  expect(slotsOfWorkers(waiting, [], 5).need).toBeGreaterThan(1_000);
  const own = [{ handler: "hub.callback", runnable: 50, retrying: 0, oldestAgeMs: 1 }];
  expect(slotsOfWorkers({ ...idle, runnable: 50, handlers: own }, [worker(has("mail"))], 5).need).toBe(10);
});

test("what mostly fails is as old as it likes, and what waits beside it is seen", () => {
  const paces = { secondsPerTask: { boom: 0.01, mail: 0.05 }, attemptSeconds: { boom: 0.05, mail: 0.06 } };
  const workers = [worker({ ...paces, ...has("boom", "mail") })];
  const boom = { handler: "boom", runnable: 5_000, retrying: 0, oldestAgeMs: 60_000 };
  const mail = { handler: "mail", runnable: 1, retrying: 0, oldestAgeMs: 7_000 };
  const age = (...handlers: (typeof boom)[]) =>
    slotsOfWorkers({ ...idle, runnable: 5_001, handlers, oldestRunnableAgeMs: 60_000 }, workers, 5).oldestAgeMs;
  expect(age(boom)).toBeNull();
  expect(age(boom, mail)).toBe(7_000);
});

test("names that every object has are names of handlers like others", () => {
  for (const handler of namesOfEveryObject) {
    const waiting = { ...idle, runnable: 50, handlers: [{ handler, runnable: 50, retrying: 0, oldestAgeMs: 1 }] };
    expect(slotsOfWorkers(waiting, [], 5), handler).toMatchObject({ need: 10, oldestAgeMs: 1 });
    expect(slotsOfWorkers(waiting, [worker(has("mail"))], 5).need, handler).toBe(0);
    const known = worker({ secondsPerTask: Object.fromEntries([[handler, 2]]), ...has(handler) });
    expect(slotsOfWorkers(waiting, [known], 5).need, handler).toBe(20);
  }
});

test("what handlers took before all workers were restarted counts until the new ones know it, and with no worker at all", () => {
  const handlers = [{ handler: "mail", runnable: 2_775, retrying: 0, oldestAgeMs: 1 }];
  const remembered = new Map([["mail", { seconds: 0.05, attemptSeconds: 0.05 }]]);
  const waiting = { ...idle, runnable: 2_775, handlers, remembered };
  expect(slotsOfWorkers(waiting, [], 5).need).toBe(28);
  expect(slotsOfWorkers(waiting, [worker(has("mail"))], 5).need).toBe(28);
  expect(slotsOfWorkers(waiting, [worker({ secondsPerTask: { mail: 0.1 }, ...has("mail") })], 5).need).toBe(56);
});
