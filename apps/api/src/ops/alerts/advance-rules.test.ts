import type { Need } from "@switchyard/console/answers";
import { expect, test } from "vitest";
import { advanceRules, newsEveryMs } from "./advance-rules.ts";
import type { RuleStates } from "./alert-state.ts";

const holdMs = 30_000;
const repeatMs = 14_400_000;
const paused = (group: string): Need => ({
  severity: "warning",
  code: "group_paused",
  group,
  reason: "no",
  waiting: 1,
  pausedAtMs: 1,
  pausedBy: "ann",
});

/** One receiver over time: what it is told at each look, which come every `stepMs`. */
function follow(
  looks: readonly (readonly Need[])[],
  { stepMs = 10_000, ...bounds }: { stepMs?: number; holdMs?: number; repeatMs?: number } = {},
) {
  let rules: RuleStates = {};
  return looks.map((needs, index) => {
    const look = { needs, nowMs: 1_000_000 + index * stepMs, holdMs, repeatMs, titleOf, ...bounds };
    const step = advanceRules(rules, look);
    rules = step.rules;
    return step.changes.map(({ change, title, needs: about }) => `${change} ${title} (${about.length})`).join(", ");
  });
}
const titleOf = (need: Need) => ("group" in need ? need.group : need.code);

test("a rule is told once when it has held for the time, and once when it has not for as long", () => {
  const [a, none] = [[paused("mail")], []];
  const began = ["", "", "", "began mail (1)", "", ""];
  const ended = ["", "", "", "ended mail (0)", ""];
  expect(follow([a, a, a, a, a, a, none, none, none, none, none])).toEqual([...began, ...ended]);
});

test("what comes and goes is told neither time, and what goes and comes back goes on", () => {
  const [a, none] = [[paused("mail")], []];
  expect(follow([a, none, a, a, none, none]).join("")).toBe("");
  const flapping = [a, a, a, a, none, a, none, none, a, none, a];
  expect(follow(flapping)).toEqual(["", "", "", "began mail (1)", ...Array<string>(7).fill("")]);
});

test("without a hold the first look tells", () => {
  expect(follow([[paused("mail")], []], { holdMs: 0 })).toEqual(["began mail (1)", "ended mail (0)"]);
});

test("what lasts is told again after the time for it, and never where that is 0", () => {
  const looks = Array<Need[]>(6).fill([paused("mail")]);
  const bounds = { holdMs: 0, stepMs: repeatMs / 2 };
  expect(follow(looks, bounds)).toEqual(["began mail (1)", "", "continues mail (1)", "", "continues mail (1)", ""]);
  expect(follow(looks, { ...bounds, repeatMs: 0 })).toEqual(["began mail (1)", "", "", "", "", ""]);
});

test("a rule that comes to be about more is told again, but not for each of a thousand groups", () => {
  const growing = Array.from({ length: 12 }, (_, count) =>
    Array.from({ length: count + 1 }, (_each, index) => paused(`g${index}`)),
  );
  const told = follow(growing, { holdMs: 0, stepMs: newsEveryMs / 5 });
  expect(told.filter((line) => line !== "")).toEqual(["began g0 (1)", "continues g0 (6)", "continues g0 (11)"]);
  // The same ones in another order, or fewer of them, are no news.
  const [a, b] = [paused("a"), paused("b")];
  expect(follow([[a, b], [b, a], [b], [a]], { holdMs: 0, stepMs: newsEveryMs })).toEqual(["began a (2)", "", "", ""]);
});

test("rules do not hold each other up", () => {
  const late: Need = { severity: "critical", code: "no_worker", waiting: 3 };
  expect(follow([[paused("mail")], [late, paused("mail")], [late]], { holdMs: 0 })).toEqual([
    "began mail (1)",
    "began no_worker (1)",
    "ended mail (0)",
  ]);
});
