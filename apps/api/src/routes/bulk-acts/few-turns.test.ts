import { expect, test } from "vitest";
import { createFewTurns } from "./few-turns.ts";

test("an operator acts on a hundred tasks every ten seconds, and others meanwhile", () => {
  const clock = { nowMs: 0 };
  const turns = createFewTurns(() => clock.nowMs);
  turns.take("ann");
  clock.nowMs = 9_001;
  expect(() => turns.take("ann")).toThrow("the next in 1 s");
  turns.take("bob");
  clock.nowMs = 10_000;
  turns.take("ann");
});

test("an act that came to nothing is not counted", () => {
  const turns = createFewTurns(() => 0);
  turns.take("ann");
  turns.giveBack("ann");
  expect(() => turns.take("ann")).not.toThrow();
});
