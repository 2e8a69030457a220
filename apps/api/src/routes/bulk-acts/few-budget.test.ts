import { expect, test } from "vitest";
import { createFewBudget } from "./few-budget.ts";

test("somebody acts on a hundred tasks in ten seconds, in one act or in several, and others meanwhile", () => {
  const clock = { nowMs: 0 };
  const budget = createFewBudget(() => clock.nowMs);
  budget.take("ann", 60);
  clock.nowMs = 9_001;
  expect(() => budget.take("ann", 41)).toThrow("go on in 1 s");
  budget.take("ann", 40);
  budget.take("bob", 100);
  expect(budget.left("ann")).toBe(0);
  clock.nowMs = 10_000;
  expect(budget.left("ann")).toBe(100);
});

test("what came to nothing is not counted", () => {
  const budget = createFewBudget(() => 0);
  budget.take("ann", 100);
  budget.giveBack("ann", 87);
  expect(budget.left("ann")).toBe(87);
});
