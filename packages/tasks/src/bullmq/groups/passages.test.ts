import { expect, test } from "vitest";
import { createPassages } from "./passages.ts";

/** Rates in as told at these moments, in seconds, when so many had come in by then. */
function ratesAt(readings: readonly (readonly [seconds: number, entered: number])[]) {
  const passages = createPassages();
  return readings.map(([seconds, entered]) => passages.add({ atMs: seconds * 1_000, entered, left: 0 }).inPerSecond);
}

test("nothing is known at the first reading, and of the time since then until it is ten seconds", () => {
  expect(
    ratesAt([
      [0, 0],
      [2, 20],
      [4, 80],
    ]),
  ).toEqual([null, 10, 20]);
});

test("a rate is that of the last ten seconds, however seldom or at what moments others ask", () => {
  // A hundred a second for 20 s, then nothing.
  const entered = (seconds: number) => Math.min(seconds, 20) * 100;
  const told = (...moments: number[]) => ratesAt(moments.map((at) => [at, entered(at)])).at(-1);
  expect(told(0, 5, 10, 15, 20, 25)).toBe(50);
  expect(told(0, 13, 20, 25)).toBe(50);
  expect(told(0, 6, 12, 18, 20, 24, 30)).toBe(0);
  // Between two readings that are further apart there is no more to know than their mean.
  expect(told(0, 40)).toBe(50);
});

test("a Redis that has lost its data makes no rate below zero", () => {
  expect(
    ratesAt([
      [0, 500],
      [5, 10],
      [5, 20],
    ]),
  ).toEqual([null, 0, 0]);
});
