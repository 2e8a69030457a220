import { expect, test } from "vitest";
import { judgeTicks, type TickRun, type TickStory } from "./judge-ticks.ts";

const ticks = [1_000, 2_000, 3_000, 4_000, 5_000];
const run = (tickMs: number, changes: Partial<TickRun> = {}): TickRun => ({
  schedule: "s",
  tickMs,
  firedAtMs: tickMs + 20,
  taskId: `t_${tickMs}`,
  ...changes,
});
const none = { lost: 0, doubled: 0, early: 0, dropped: 0, miscounted: 0 };
const judge = (
  runs: readonly TickRun[],
  counts: Partial<Record<"fired" | "missed", number>> = {},
  more: Partial<TickStory> = {},
) =>
  judgeTicks({
    due: new Map([["s", ticks]]),
    runs,
    counts: new Map([["s", { fired: runs.length, missed: 0, skipped: 0, ...counts }]]),
    outages: [],
    ...more,
  }).promises;
const all = ticks.map((tick) => run(tick));
const withoutThird = all.filter(({ tickMs }) => tickMs !== 3_000);

test("a run in which each tick was one task is acquitted, and so are an execution that was repeated and an outage that was counted", () => {
  expect(judge(all)).toEqual(none);
  expect(judge([...all, run(3_000)], { fired: 5 })).toEqual(none);
  expect(judge(withoutThird, { missed: 1 }, { outages: [[2_500, 3_500]] })).toEqual(none);
});

test("one tick that was dropped is found, also when the hub counts it as fired or as missed", () => {
  expect(judge(withoutThird)).toEqual({ ...none, lost: 1, dropped: 1 });
  expect(judge(withoutThird, { fired: 5 })).toEqual({ ...none, lost: 1, dropped: 1, miscounted: 1 });
  expect(judge(withoutThird, { missed: 1 })).toEqual({ ...none, dropped: 1 });
  expect(judge(withoutThird, {}, { outages: [[2_500, 3_500]] })).toEqual({ ...none, lost: 1 });
});

test("one tick that became two tasks, ran before its time, or was none, is found", () => {
  const second = run(3_000, { taskId: "t_other" });
  expect(judge([...all, second], { fired: 5 })).toEqual({ ...none, doubled: 1 });
  expect(judge(all.map((one) => (one.tickMs === 3_000 ? run(3_000, { firedAtMs: 2_999 }) : one)))).toEqual({
    ...none,
    early: 1,
  });
  expect(judge([...all, run(3_500)])).toEqual({ ...none, early: 1 });
});

test("a tick that ran and is counted as missed too is found", () => {
  expect(judge(all, { missed: 1 })).toEqual({ ...none, miscounted: 1 });
});
