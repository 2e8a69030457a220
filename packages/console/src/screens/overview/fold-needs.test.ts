import { expect, test } from "vitest";
import type { Need } from "../../answers/overview.ts";
import { foldNeeds } from "./fold-needs.ts";

const paused = (group: string, severity: "warning" | "notice" = "warning"): Need => ({
  severity,
  code: "group_paused",
  group,
  waiting: 1,
  reason: "",
  pausedAtMs: null,
  pausedBy: null,
});
const overdue: Need = { severity: "critical", code: "schedule_overdue", id: "nightly", dueAtMs: 0 };
const told = (needs: readonly Need[]) =>
  foldNeeds(needs, []).map(({ code, shown, folded }) => `${code} ${shown.length}+${folded.length}`);

test("of many needs of a kind three are shown, the most urgent kind first, and none is left out", () => {
  const many = Array.from({ length: 50 }, (_, at) => paused(`g${at}`));
  expect(told([overdue, ...many])).toEqual(["schedule_overdue 1+0", "group_paused 3+47"]);
  expect(foldNeeds(many, []).flatMap(({ shown, folded }) => [...shown, ...folded])).toEqual(many);
});

test("one more than three is shown, and what is only to be known is folded by itself", () => {
  const four = ["a", "b", "c", "d"].map((group) => paused(group));
  expect(told(four)).toEqual(["group_paused 4+0"]);
  expect(told([paused("a"), ...four.map(() => paused("n", "notice")), paused("m", "notice")])).toEqual([
    "group_paused 1+0",
    "group_paused 3+2",
  ]);
});

test("what the api has counted and not listed stands with its kind", () => {
  const more = { code: "group_paused", severity: "notice", count: 13, isAtLeast: false } as const;
  const kinds = foldNeeds([overdue, paused("a"), paused("b", "notice")], [more]);
  expect(kinds.map(({ unlisted }) => unlisted)).toEqual([undefined, undefined, more]);
});
