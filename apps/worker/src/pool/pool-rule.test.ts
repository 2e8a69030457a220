import fc from "fast-check";
import { expect, test } from "vitest";
import { initialState } from "./pool-memory.ts";
import { decide } from "./pool-rule.ts";
import { type Change, flood, policy, sampleOf, steps, watch } from "./testing/watch-pool.ts";

/** Tasks of 200 ms that are really taken; a process needs a second to start. */
function drain(total: number, seconds: number) {
  let waiting = total;
  let before = policy.min;
  const run = watch(seconds, ({ processes }) => {
    const ready = Math.min(before, processes);
    before = processes;
    const done = Math.min(waiting, ready * policy.concurrency * 5);
    waiting -= done;
    return {
      ready,
      backlog: { runnable: waiting, oldestAgeMs: waiting > 0 ? 8_000 : null },
      work: {
        busy: done / 5,
        attempts: done,
        succeeded: done,
        succeededSeconds: done / 5,
        attemptSeconds: done / 5,
      },
    };
  });
  return { run, left: waiting };
}

test("10 000 tasks of 200 ms bring 8 of 8 processes within 15 s, which then go one by one within n × 30 s + 60 s of the end", () => {
  const { run, left } = drain(10_000, 420);
  const full = run.find(({ processes }) => processes === 8)?.second ?? Infinity;
  expect(full).toBeLessThanOrEqual(15);
  expect(left).toBe(0);
  const last = run.findLast(({ processes }) => processes > 1)?.second ?? Infinity;
  const busyUntil = run.findLast(({ need }) => need > 1)?.second ?? 0;
  expect(last - busyUntil).toBeLessThanOrEqual(8 * 30 + 60);
  const moves = steps(run).map((words) => words.split(" ")[0]);
  expect(moves.join()).toMatch(/^((backlog|age),?)+(idle,?)+$/);
});

test("it grows only when the need is there in two samples running", () => {
  const flicker = watch(20, ({ second, processes }) => (second % 2 === 0 ? flood(1_000)({ processes }) : {}));
  expect(steps(flicker)).toEqual([]);
  expect(steps(watch(2, flood(1_000)))).toEqual(["backlog 2"]);
});

test("what waits longer than the target where no slot is free brings a process at once", () => {
  const late = () => ({ backlog: { runnable: 11, oldestAgeMs: 5_001 } });
  expect(watch(1, late)[0]).toMatchObject({ processes: 2, reason: "age" });
  expect(watch(1, () => ({ backlog: { runnable: 10, oldestAgeMs: 5_001 } }))[0]).toMatchObject({ processes: 1 });
  expect(watch(1, () => ({ backlog: { runnable: 11, oldestAgeMs: 5_000 } }))[0]).toMatchObject({ processes: 1 });
});

test("a step at most doubles, and goes no further than the need", () => {
  expect(steps(watch(30, (now) => ({ ...flood(100_000)(now) })))).toEqual(["backlog 2", "backlog 4", "backlog 8"]);
  // What 25 slots do in the target, in use or waiting.
  const enough = watch(60, ({ processes }) => {
    const busy = Math.min(25, processes * policy.concurrency);
    return { ...flood(((25 - busy) * 5) / 0.2)({ processes }), work: { ...flood(0)({ processes }).work, busy } };
  });
  expect(steps(enough)).toEqual(["backlog 2", "backlog 3"]);
});

test("after growing it is quiet for the time of a task, 3 s at least and 10 s at most, and while a process starts", () => {
  const growths = (seconds: number, ready?: number) =>
    watch(40, (now) => ({ ...flood(1e6, seconds)(now), ...(ready !== undefined && { ready }) })).flatMap(
      ({ reason, second }) => (reason === "backlog" ? [second] : []),
    );
  const pauses = ([first = 0, second = 0]: number[]) => second - first;
  expect(pauses(growths(0.05))).toBe(3);
  expect(pauses(growths(6))).toBe(6);
  expect(pauses(growths(60))).toBe(10);
  expect(growths(0.05, 1)).toHaveLength(1);
});

test("it shrinks by one when less would do for 60 s, and again after 30 s each", () => {
  const run = watch(200, ({ second, processes }) => (second < 10 ? flood(1e6)({ processes }) : {}));
  const shrunk = run.flatMap(({ reason, second }) => (reason === "idle" ? [second] : []));
  expect(shrunk.slice(0, 3)).toEqual([70, 100, 130]);
  const once = (second: number) => (second === 40 ? { work: { busy: 60 } } : {});
  const disturbed = watch(75, ({ second, processes }) => (second < 10 ? flood(1e6)({ processes }) : once(second)));
  expect(disturbed.filter(({ reason }) => reason === "idle")).toEqual([]);
});

test("it does not shrink where what is left would be more than 80 % full, so it does not swing", () => {
  const loaded = (busy: number) =>
    watch(200, ({ second, processes }) => (second < 5 ? flood(1e6)({ processes }) : { work: { busy } })).at(-1)
      ?.processes;
  expect(loaded(8)).toBe(2);
  expect(loaded(7.9)).toBe(1);
});

test("two steps that bring less than 10 % more tasks a second are the last for a minute", () => {
  const stuck = ({ processes }: { processes: number }): Change => ({
    backlog: { runnable: 1e6 },
    work: { busy: processes * 10, attempts: 50, succeeded: 50, succeededSeconds: 10, attemptSeconds: 10 },
  });
  const run = watch(60, stuck, { ...policy, max: 64 });
  expect(steps(run)).toEqual(["backlog 2", "backlog 4"]);
  expect(run.at(-1)?.reason).toBe("no_gain");
  expect(steps(watch(90, stuck, { ...policy, max: 64 }))).toEqual(["backlog 2", "backlog 4", "backlog 8"]);
});

test("long tasks are not taken for ones that gain nothing: a step is judged when two could have been done since", () => {
  const unknown = watch(40, ({ processes }) => ({ backlog: { runnable: 1_000 }, work: { busy: processes * 10 } }));
  expect(unknown.at(-1)?.processes).toBe(8);
  // Of 20 s: what ends now was begun by as many processes as there were 20 s ago.
  const history: number[] = [];
  const known = watch(40, ({ processes }) => {
    const done = ((history.push(processes) > 20 ? history.at(-20) : undefined) ?? 1) / 2;
    const work = { attempts: done, succeeded: done, succeededSeconds: done * 20, attemptSeconds: done * 20 };
    return { backlog: { runnable: 1_000 }, work: { busy: processes * 10, ...work } };
  });
  expect(known.at(-1)?.processes).toBe(8);
});

test("a handler that always fails starts no second process, however much waits and for how long", () => {
  const poison = watch(300, () => ({
    backlog: { runnable: 10_000, retrying: 500, oldestAgeMs: 60_000 },
    work: { busy: 10, busyRetrying: 3, attempts: 100, attemptSeconds: 10 },
  }));
  expect(steps(poison)).toEqual([]);
  expect(new Set(poison.map(({ reason }) => reason))).toEqual(new Set(["failing"]));
});

test("healthy work beside a handler that always fails still gets its processes, and no more than it needs", () => {
  const mixed = (healthy: number) =>
    watch(60, ({ processes }) => ({
      backlog: {
        runnable: 10_000 + healthy,
        handlers: [
          { handler: "poison", runnable: 10_000, retrying: 0, oldestAgeMs: null },
          { handler: "slow", runnable: healthy, retrying: 0, oldestAgeMs: null },
        ],
      },
      // The failing ones are many and quick, the others few and slow.
      work: {
        busy: 9,
        handlers: {
          poison: { attempts: 1_000, succeeded: 0, succeededSeconds: 0, attemptSeconds: 1 },
          slow: {
            attempts: processes,
            succeeded: processes,
            succeededSeconds: 9 * processes,
            attemptSeconds: 9 * processes,
          },
        },
      },
    }));
  expect(mixed(1_000).at(-1)?.processes).toBe(8);
  // 9 slots in use, and 9 s × 10 tasks in 5 s fill 18.
  expect(mixed(10).at(-1)?.processes).toBe(3);
});

test("work that waits too long behind a handler that always fails brings a process, if it is more than the free slots will take", () => {
  const beside = (healthy: number, oldestAgeMs = 60_000) =>
    watch(5, () => ({
      backlog: {
        runnable: 500 + healthy,
        oldestAgeMs: 60_000,
        handlers: [
          { handler: "poison", runnable: 500, retrying: 0, oldestAgeMs: 60_000 },
          { handler: "quick", runnable: healthy, retrying: 0, oldestAgeMs },
        ],
      },
      work: {
        busy: 4,
        handlers: {
          poison: { attempts: 100, succeeded: 0, succeededSeconds: 0, attemptSeconds: 0.1 },
          quick: { attempts: 100, succeeded: 100, succeededSeconds: 0.1, attemptSeconds: 0.1 },
        },
      },
    }))[4];
  expect(beside(6)).toMatchObject({ processes: 1, reason: "failing" });
  expect(beside(7)?.processes).toBe(2);
  expect(beside(7, 5_000)).toMatchObject({ processes: 1, reason: "failing" });
});

test("retries bring one process at most", () => {
  const run = watch(120, ({ processes }) => ({
    backlog: { retrying: 100_000, oldestAgeMs: 60_000 },
    work: {
      busy: processes * 10,
      busyRetrying: processes * 10,
      attempts: 50,
      succeeded: 50,
      succeededSeconds: 50,
      attemptSeconds: 50,
    },
  }));
  expect(steps(run)).toEqual([]);
  const beside = watch(30, ({ processes }) => ({
    backlog: { retrying: 100_000 },
    work: {
      busy: 10,
      busyRetrying: 2,
      attempts: 10,
      succeeded: 10 * processes,
      succeededSeconds: 10,
      attemptSeconds: 10,
    },
  }));
  expect(steps(beside)).toEqual(["backlog 2"]);
});

test("a group of 10 000 that runs one at a time needs one process, though its next task has waited for hours", () => {
  const run = watch(300, ({ second }) => ({
    backlog: { runnable: second % 2, oldestAgeMs: second % 2 === 0 ? null : 7_200_000 },
    work: { busy: 1, attempts: 20, succeeded: 20, succeededSeconds: 1, attemptSeconds: 1 },
  }));
  expect(steps(run)).toEqual([]);
  expect(new Set(run.map(({ reason }) => reason))).toEqual(new Set(["steady"]));
});

test("three processes that end within 10 s of their start, in a minute, stop all growth until the minute is over", () => {
  const dying = (count: number) =>
    watch(70, ({ second, processes }) => ({ ...flood(1e6)({ processes }), earlyDeaths: second < count ? 1 : 0 }));
  const crashed = dying(3);
  expect(crashed.filter(({ reason }) => reason === "crashing").at(-1)?.second).toBe(59);
  expect(crashed.at(59)?.processes).toBe(2);
  expect(crashed.at(-1)?.processes).toBeGreaterThan(2);
  expect(dying(2).some(({ reason }) => reason === "crashing")).toBe(false);
});

test("memory bounds all, and cores those that compute", () => {
  const within = (room: Change["room"]) => watch(40, (now) => ({ ...flood(1e6)(now), room: room ?? {} })).at(-1);
  expect(within({ byMemory: 0 })).toMatchObject({ processes: 1, reason: "memory" });
  expect(within({ isComputing: true, cores: 3 })).toMatchObject({ processes: 3, reason: "cores" });
  expect(within({ isComputing: false, cores: 3 })).toMatchObject({ processes: 8, reason: "at_max" });
  const single = watch(2, (now) => ({ ...flood(1e6)(now), processes: 4, room: { byMemory: 1 } }));
  expect(single.at(-1)?.processes).toBe(5);
});

test("where Redis does not say what waits the number stays, and what was counted towards shrinking is forgotten", () => {
  const run = watch(125, ({ second, processes }) => {
    if (second < 10) return flood(1e6)({ processes });
    return second === 65 ? { backlog: "unknown" } : {};
  });
  expect(run[65]).toMatchObject({ reason: "no_signal", processes: 8 });
  expect(run.filter(({ reason }) => reason === "idle")).toEqual([]);
});

test("whatever it is told, it stays within its bounds, at most doubles, and shrinks by one", () => {
  const count = fc.nat({ max: 100_000 });
  const sample = fc.record({
    earlyDeaths: fc.constantFrom(0, 0, 0, 1),
    ready: fc.nat({ max: 8 }),
    backlog: fc.oneof(
      fc.constant("unknown" as const),
      fc.record({ runnable: count, retrying: count, oldestAgeMs: fc.option(count) }),
    ),
    work: fc.record({
      busy: fc.double({ min: 0, max: 200, noNaN: true }),
      busyRetrying: fc.constant(0),
      attempts: fc.nat({ max: 5_000 }),
      succeeded: fc.nat({ max: 5_000 }),
      succeededSeconds: fc.double({ min: 0, max: 200, noNaN: true }),
      attemptSeconds: fc.double({ min: 0, max: 200, noNaN: true }),
    }),
    room: fc.record({ byMemory: fc.nat({ max: 3 }), cores: fc.constantFrom(1, 2, 8), isComputing: fc.boolean() }),
  });
  const bounds = fc.record({ min: fc.integer({ min: 1, max: 4 }), more: fc.nat({ max: 12 }) });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 200 }), bounds, (samples, { min, more }) => {
      const max = min + more;
      let before = min;
      for (const { processes, need } of watch(samples.length, ({ second }) => samples[second] ?? {}, {
        ...policy,
        min,
        max,
      })) {
        expect(processes).toBeGreaterThanOrEqual(Math.max(min, before - 1));
        expect(processes).toBeLessThanOrEqual(Math.min(max, before * 2));
        expect(need).toBeGreaterThanOrEqual(1);
        before = processes;
      }
    }),
  );
});

test("what has been remembered does not grow with time", () => {
  let state = initialState;
  for (let second = 0; second < 10_000; second++) {
    state = decide(state, sampleOf({ atMs: second * 1_000, earlyDeaths: 1 }), policy).state;
  }
  expect(state.progress.length).toBeLessThanOrEqual(61);
  expect(state.earlyDeathsMs.length).toBeLessThanOrEqual(61);
});
