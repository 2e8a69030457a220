import { expect, test } from "vitest";
import { openIntents } from "./open-intents.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 29, 12, minute)).toISOString();
const intent = (act: string, minute = 0) => ({ kind: "intent", act, at: at(minute) }) as const;
const outcome = (act: string, minute = 0) => ({ kind: "outcome", act, at: at(minute) }) as const;

test("an intent without an outcome is open, one with it is not", () => {
  const entries = [outcome("b"), intent("c"), intent("b"), intent("a")];
  expect([...openIntents(entries, true)]).toEqual(["c", "a"]);
});

test("on an older page only what is old enough for its outcome to be there is open", () => {
  const entries = [intent("new", 20), outcome("b", 19), intent("late", 11), intent("b", 10), intent("old", 9)];
  expect([...openIntents(entries, false)]).toEqual(["old"]);
  expect(openIntents([], false).size).toBe(0);
});
