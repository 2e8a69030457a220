import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tellDroppedLetters } from "./dropped-letters.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("dropped dead letters are told at once and then as one sum a minute, and none is left out", () => {
  const counts: number[] = [];
  const dropped = tellDroppedLetters({ warn: ({ count }: { count: number }) => void counts.push(count) } as never);
  for (let n = 0; n < 1_000; n++) dropped.add(1);
  expect(counts).toEqual([1]);
  vi.advanceTimersByTime(60_000);
  expect(counts).toEqual([1, 999]);
  dropped.add(2);
  vi.advanceTimersByTime(60_000);
  expect(counts).toEqual([1, 999, 2]);
  // A minute without any ends it, and the next one is told at once again.
  vi.advanceTimersByTime(60_000);
  dropped.add(3);
  dropped.add(4);
  expect(counts).toEqual([1, 999, 2, 3]);
  dropped.close();
  expect(counts).toEqual([1, 999, 2, 3, 4]);
  vi.advanceTimersByTime(120_000);
  expect(counts).toHaveLength(5);
});
