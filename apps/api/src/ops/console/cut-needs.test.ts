import type { Need } from "@switchyard/console/answers";
import { needRules } from "@switchyard/console/need-rules";
import { deadGroupsReadMax, pausedReadMax } from "@switchyard/tasks/group-trouble";
import { expect, test } from "vitest";
import { cutNeeds } from "./cut-needs.ts";

const whole = { isPausedPartial: false, isDeadPartial: false };
const unreadable = (id: string): Need => ({ severity: "warning", code: "schedule_unreadable", id });
const paused = (at: number, severity: "warning" | "notice" = "warning"): Need => ({
  severity,
  code: "group_paused",
  group: `g${at}`,
  reason: "",
  waiting: 1,
  pausedAtMs: null,
  pausedBy: null,
});
const many = Array.from({ length: 63 }, (_, at) => paused(at));

test("a rule with many subjects pushes out no other, and says how many it has besides", () => {
  const { needs, moreNeeds, needTotals } = cutNeeds([...many, unreadable("x"), paused(99, "notice")], whole);
  expect(needs).toEqual([...many.slice(0, 50), unreadable("x"), paused(99, "notice")]);
  expect(moreNeeds).toEqual([{ code: "group_paused", severity: "warning", count: 13, isAtLeast: false }]);
  expect(needTotals).toEqual({ urgent: 64, notices: 1, isAtLeast: false });
});

test("where not all was looked at, the number is told as the least that it can be", () => {
  const { moreNeeds, needTotals } = cutNeeds(many, { ...whole, isPausedPartial: true });
  expect(moreNeeds).toMatchObject([{ count: 13, isAtLeast: true }]);
  expect(needTotals).toEqual({ urgent: 63, notices: 0, isAtLeast: true });
  expect(cutNeeds(many, { ...whole, isDeadPartial: true }).moreNeeds).toMatchObject([{ isAtLeast: false }]);
});

test("the table of rules says how many groups are looked at", () => {
  expect(needRules.group_paused.means).toContain(`Up to ${pausedReadMax} groups`);
  expect(needRules.dead_letters.means).toContain(`of the ${deadGroupsReadMax} groups`);
});
