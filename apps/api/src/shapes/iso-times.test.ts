import { expect, test } from "vitest";
import { toIso, withIsoTimes } from "./iso-times.ts";

test("a time is told in both ways", () => {
  expect(withIsoTimes({ enqueuedAtMs: 1_800_000_000_000 })).toEqual({
    enqueuedAtMs: 1_800_000_000_000,
    enqueuedAt: "2027-01-15T08:00:00.000Z",
  });
});

test("a number that has no date, as a stranger may write, makes no answer fail", () => {
  for (const ms of [2 ** 53, -(2 ** 53), 1e300, Infinity, Number.NaN]) expect(toIso(ms)).toMatch(/^[-+\d]+-\d\d-\d\dT/);
});
