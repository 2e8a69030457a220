import { expect, test } from "vitest";
import { endLabel } from "./line-end.ts";

test("whatever codes peers close with, the labels of a metric are a few", () => {
  const labels = Array.from({ length: 5_000 }, (_, code) => endLabel({ by: "peer", code, reason: "" }));
  expect([...new Set(labels)].toSorted()).toEqual(["1000", "1001", "1005", "1006", "other"]);
  expect(endLabel({ by: "us", code: 3012 })).toBe("3012");
});
