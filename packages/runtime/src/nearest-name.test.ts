import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const known = ["handler", "data", "group", "idempotencyKey", "delayMs"];

test.each([
  ["handlr", "handler"],
  ["idempotency_key", "idempotencyKey"],
  ["Group", "group"],
  ["dta", "data"],
])("%s was meant to be %s", (name, meant) => {
  expect(nearestName(name, known)).toBe(meant);
});

test.each(["x", "callback", "completely-else", "a".repeat(10_000)])("nothing is near %s", (name) => {
  expect(nearestName(name, known)).toBeUndefined();
});
