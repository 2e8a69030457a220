import { expect, test } from "vitest";
import { readRetryAfter } from "./retry-after.ts";

const nowMs = Date.parse("2026-11-29T08:00:00Z");

test.each([
  ["120", 120_000],
  ["0", 0],
  ["Sun, 29 Nov 2026 08:01:30 GMT", 90_000],
  ["Sunday, 29-Nov-26 08:01:30 GMT", 90_000],
  ["Sun Nov 29 08:01:30 2026", 90_000],
  ["Sun, 29 Nov 2026 07:00:00 GMT", 0],
])("%j is %i ms", (header, expected) => {
  expect(readRetryAfter(header, nowMs)).toBe(expected);
});

test.each([undefined, "", "soon", "-1", "1.5", "1e9", "99999999999", "Infinity", "Sun, nonsense"])(
  "%j says nothing",
  (header) => {
    expect(readRetryAfter(header, nowMs)).toBeUndefined();
  },
);
