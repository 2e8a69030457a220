import { expect, test } from "vitest";
import { createGroupSight } from "./group-sight.ts";

test.each([
  [["*"], ["", "-", "orders.eu", "*"], []],
  [["orders.*"], ["orders.eu", "orders."], ["", "orders", "xorders.eu", "mail", "*", "orders-eu"]],
  [["-"], [""], ["-", "mail"]],
  [
    ["mail", "print-?"],
    ["mail", "print-1"],
    ["mail2", "print-12", ""],
  ],
  [[], [], ["", "mail"]],
])("who has %j sees %j and not %j", (patterns, seen, hidden) => {
  const sight = createGroupSight(patterns);
  expect(seen.filter((group) => !sight.has(group))).toEqual([]);
  expect(hidden.filter((group) => sight.has(group))).toEqual([]);
  expect(sight.isAll).toBe(patterns.includes("*"));
});
