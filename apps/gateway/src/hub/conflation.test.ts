import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Conflation } from "./conflation.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const publication = (offset: number, epoch = "e") => ({
  offset,
  previousOffset: offset - 1,
  epoch,
  timeMs: 0,
  body: Buffer.from("{}"),
});

function conflate(intervalMs: number) {
  const flushed: { from: number; to: number; atMs: number }[] = [];
  const conflation = new Conflation(intervalMs, ({ offset }, first) => {
    flushed.push({ from: first.offset, to: offset, atMs: Date.now() });
  });
  return { conflation, flushed };
}

test("whatever comes when, what leaves is the newest, at most once per interval, and its runs leave no offset out", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { minLength: 1, maxLength: 50 }), (pauses) => {
      const { conflation, flushed } = conflate(100);
      pauses.forEach((pauseMs, index) => {
        vi.advanceTimersByTime(pauseMs);
        conflation.offer(publication(index + 1));
      });
      vi.advanceTimersByTime(200);
      expect(flushed.at(-1)?.to).toBe(pauses.length);
      let covered = 0;
      for (const { from, to } of flushed) {
        expect(from).toBe(covered + 1);
        covered = to;
      }
      const gapsMs = flushed.slice(1).map(({ atMs }, index) => atMs - (flushed[index]?.atMs ?? 0));
      expect(gapsMs.filter((gapMs) => gapMs < 100)).toEqual([]);
    }),
  );
});

test("the first one after a pause leaves at once", () => {
  const { conflation, flushed } = conflate(100);
  conflation.offer(publication(1));
  expect(flushed).toHaveLength(1);
  vi.advanceTimersByTime(500);
  conflation.offer(publication(2));
  expect(flushed).toHaveLength(2);
});

test("one that is not kept stands for none that is: the run that waits leaves whole, and it behind it if it is newer", () => {
  const { conflation, flushed } = conflate(100);
  const offer = (...offsets: number[]) => offsets.forEach((offset) => conflation.offer(publication(offset)));
  offer(1, 2, 0, 3, 0, 0);
  vi.advanceTimersByTime(100);
  offer(0, 4, 5);
  vi.advanceTimersByTime(100);
  offer(0, 0);
  vi.advanceTimersByTime(100);
  expect(flushed.map(({ from, to }) => [from, to])).toEqual([
    [1, 1],
    [2, 3],
    [0, 0],
    [4, 5],
    [0, 0],
  ]);
});

test("a hole inside a run is not covered up", () => {
  const { conflation, flushed } = conflate(100);
  for (const offset of [1, 2, 4, 5]) conflation.offer(publication(offset));
  vi.advanceTimersByTime(100);
  expect(flushed.at(-1)).toMatchObject({ from: 4, to: 5 });
});
