import { expect, test } from "vitest";
import type { WrittenEntry } from "./audit-entry.ts";
import { createOpenIntents } from "./open-intents.ts";

type Seen = Pick<WrittenEntry, "kind" | "act" | "at">;

const at = (minute: number) => new Date(Date.UTC(2026, 10, 29, 12, minute)).toISOString();
const intent = (act: string, minute = 0): Seen => ({ kind: "intent", act, at: at(minute) });
const outcome = (act: string, minute = 0): Seen => ({ kind: "outcome", act, at: at(minute) });

const openOf = (entries: readonly Seen[], isOpen: (entry: Seen) => boolean) =>
  entries.filter(isOpen).map(({ act }) => act);

test("an intent without an outcome is open, one with it is not", () => {
  const entries = [outcome("b"), intent("c"), intent("b"), intent("a")];
  expect(openOf(entries, createOpenIntents([], true))).toEqual(["c", "a"]);
});

test("of a page only what is old enough for its outcome to have been seen is open, and newer outcomes count", () => {
  const newer = [outcome("x", 20), outcome("ended", 12)];
  const entries = [intent("ended", 9), intent("late", 11), outcome("b", 10), intent("b", 10), intent("old", 9)];
  expect(openOf(entries, createOpenIntents(newer, false))).toEqual(["old"]);
  expect(openOf(entries, createOpenIntents(newer, true))).toEqual(["late", "old"]);
  expect(openOf(entries, createOpenIntents([], false))).toEqual([]);
});
