import fc from "fast-check";
import { expect, test } from "vitest";
import { jitterOf, missedCountMax, planFiring } from "./plan-firing.ts";
import { parseScheduleId } from "../ids-from-outside.ts";
import { type MissedPolicy, missedPolicies } from "../schedule-spec.ts";
import type { Timing } from "../schedule-spec.ts";

const minuteMs = 60_000;
const t0 = 1_800_000_000_000;
const minutely: Timing = { kind: "every", everyMs: minuteMs, offsetMs: t0 % minuteMs, startAtMs: 0, endAtMs: 0 };
const plan = (missed: MissedPolicy, lateMs: number, missedWindowMs = 86_400_000) =>
  planFiring({ timing: minutely, missed, missedWindowMs }, t0, t0 + lateMs);

test.each(missedPolicies)("on time the tick is run and the next one follows it: %s", (policy) => {
  expect(plan(policy, 900)).toMatchObject({ run: t0, missed: 0, next: t0 + minuteMs });
});

test("after ten minutes run_once runs the newest, run_all each, and skip none; the next is in the future", () => {
  const lateMs = 10 * minuteMs + 30_000;
  expect(plan("run_once", lateMs)).toMatchObject({ run: t0 + 10 * minuteMs, missed: 10, next: t0 + 11 * minuteMs });
  expect(plan("skip", lateMs)).toMatchObject({ run: undefined, missed: 11, next: t0 + 11 * minuteMs });
  expect(plan("run_all", lateMs)).toMatchObject({ run: t0, missed: 0, next: t0 + minuteMs });
});

test("what was missed longer ago than the window does not run, and run_all leaves out all but the newest hundred", () => {
  expect(plan("run_once", 30_000, 20_000)).toMatchObject({ run: undefined, missed: 1, next: t0 + minuteMs });
  expect(plan("run_all", 10 * minuteMs + 5_000, 3 * minuteMs)).toMatchObject({ run: t0 + 8 * minuteMs, missed: 8 });
  expect(plan("run_all", 500 * minuteMs + 5_000)).toMatchObject({ run: t0 + 401 * minuteMs, missed: 401 });
});

test("a one-shot runs however late it is, and a count has an end", () => {
  const once: Timing = { kind: "once", atMs: t0, startAtMs: 0, endAtMs: 0 };
  expect(planFiring({ timing: once, missed: "skip", missedWindowMs: 1_000 }, t0, t0 * 1.2)).toMatchObject({
    run: t0,
    missed: 0,
    next: undefined,
  });
  expect(plan("skip", 5_000 * minuteMs).missed).toBe(missedCountMax);
});

test("every tick is run or counted, once, whatever the policy and however often and late it is looked at", () => {
  const looks = fc.array(fc.integer({ min: 0, max: 40 * minuteMs }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      fc.constantFrom(...missedPolicies),
      looks,
      fc.integer({ min: 1_000, max: 3_600_000 }),
      (missed, gaps, missedWindowMs) => {
        let [now, tick, told] = [t0, t0, 0];
        for (const gap of gaps) {
          now += gap;
          while (tick <= now) {
            const {
              run,
              missed: passed,
              next = Infinity,
            } = planFiring({ timing: minutely, missed, missedWindowMs }, tick, now);
            told += passed + (run === undefined ? 0 : 1);
            expect(next).toBeGreaterThan(tick);
            tick = next;
            expect(told).toBe((tick - t0) / minuteMs);
          }
        }
      },
    ),
  );
});

test("jitter is the same each time it is asked for, differs by id and by tick, and stays below its bound", () => {
  const ids = Array.from({ length: 50 }, (_, index) => parseScheduleId(`s${index}`));
  const all = ids.map((id) => jitterOf(id, t0, 10_000));
  expect(ids.map((id) => jitterOf(id, t0, 10_000))).toEqual(all);
  expect(Math.max(...all)).toBeLessThan(10_000);
  expect(new Set(all).size).toBeGreaterThan(40);
  const [first] = ids.map((id) => all.map((_, index) => jitterOf(id, t0 + index * minuteMs, 10_000)));
  expect(new Set(first).size).toBeGreaterThan(40);
});
