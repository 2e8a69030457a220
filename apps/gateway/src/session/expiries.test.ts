import fc from "fast-check";
import { expect, test } from "vitest";
import { Expiries } from "./expiries.ts";

function clock() {
  const state = { nowMs: 1_000_000 };
  const ended: string[] = [];
  const target = (name: string) => ({ expire: () => void ended.push(name) });
  const expiries = new Expiries(() => state.nowMs);
  return { state, ended, target, expiries, pass: (ms: number) => ((state.nowMs += ms), expiries.run()) };
}

test("what expires ends at its deadline, grace included, and not before the last half second", () => {
  const { state, ended, target, expiries, pass } = clock();
  expiries.set(target("a"), state.nowMs + 1_000, 2_000);
  pass(2_400);
  expect(ended).toEqual([]);
  pass(600);
  expect(ended).toEqual(["a"]);
});

test("a new token moves the deadline, and one that does not expire takes it away", () => {
  const { state, ended, target, expiries, pass } = clock();
  const [a, b] = [target("a"), target("b")];
  for (const each of [a, b]) expiries.set(each, state.nowMs + 1_000, 0);
  expiries.set(a, state.nowMs + 10_000, 0);
  expiries.set(b, undefined, 0);
  pass(5_000);
  expect(ended).toEqual([]);
  pass(5_000);
  expect(ended).toEqual(["a"]);
});

test("what is gone before its deadline is never ended, and what expired long ago ends at once", () => {
  const { state, ended, target, expiries, pass } = clock();
  const gone = target("gone");
  expiries.set(gone, state.nowMs + 1_000, 0);
  expiries.delete(gone);
  expiries.set(target("past"), state.nowMs - 60_000, 0);
  pass(250);
  expect(ended).toEqual(["past"]);
  pass(10_000);
  expect(ended).toEqual(["past"]);
});

test("a process that was suspended for a day ends everything due, and nothing else", () => {
  const { state, ended, target, expiries, pass } = clock();
  expiries.set(target("due"), state.nowMs + 3_600_000, 0);
  expiries.set(target("not due"), state.nowMs + 3 * 86_400_000, 0);
  pass(86_400_000);
  expect(ended).toEqual(["due"]);
});

test("whatever the deadlines and the ticks, each ends once, in the half second before its deadline or that after it was set", () => {
  const deadlines = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(deadlines, fc.integer({ min: 1, max: 250 }), (afterMs, tickMs) => {
      let nowMs = 5_000_123;
      const startMs = nowMs;
      const endedAt = new Map<number, number[]>();
      const expiries = new Expiries(() => nowMs);
      for (const [index, ms] of afterMs.entries()) {
        endedAt.set(index, []);
        expiries.set({ expire: () => void endedAt.get(index)?.push(nowMs) }, startMs + ms, 0);
      }
      while (nowMs < startMs + 61_000) {
        nowMs += tickMs;
        expiries.run();
      }
      for (const [index, ms] of afterMs.entries()) {
        expect(endedAt.get(index)).toHaveLength(1);
        const at = endedAt.get(index)?.[0] ?? 0;
        const deadlineMs = startMs + ms;
        expect(at).toBeGreaterThan(deadlineMs - 500);
        expect(at).toBeLessThan(Math.max(deadlineMs, startMs + 500));
        // And exactly: at the first tick in the step before the deadline's, or in the one after the present, whichever is later.
        const dueMs = Math.max(Math.floor(deadlineMs / 250) * 250 - 250, (Math.floor(startMs / 250) + 1) * 250);
        expect(at).toBeGreaterThanOrEqual(dueMs);
        expect(at).toBeLessThan(dueMs + tickMs);
      }
    }),
    // The nearest deadline, and ticks that just miss the step it is put in: nothing ends later than that.
    { numRuns: 50, examples: [[[1], 126]] },
  );
});
