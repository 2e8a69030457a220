import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { drainLines } from "./drain-lines.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A line that notes what is done to it and when, from the beginning of the drain. */
function createLine(name: string, { isIn = true, isBusy = false, hears = true } = {}) {
  const done: (readonly [what: string, atMs: number])[] = [];
  const beganMs = performance.now();
  const note = (what: string) => void done.push([what, Math.round(performance.now() - beganMs)]);
  return {
    name,
    done,
    isIn,
    isBusy,
    announceEnd(_reason: unknown, inMs: number) {
      note(`told ${inMs}`);
      return hears;
    },
    disconnect(_reason: unknown, isAnnounced?: boolean) {
      note(isAnnounced === true ? "ended" : "ended untold");
      this.isIn = false;
    },
  };
}

const drain = (lines: ReturnType<typeof createLine>[], windowMs = 1_000) =>
  drainLines(lines, disconnectCodes.shutdown, { windowMs, graceMs: 5_000 });

test("everybody is told their own time at once, served until then, and sent away when it comes", () => {
  const lines = Array.from({ length: 500 }, (_, index) => createLine(`${index}`));
  drain(lines);
  expect(lines.map(({ done }) => done[0]?.[0])).toEqual(lines.map((_, index) => `told ${index * 2}`));
  expect(lines.filter(({ isIn }) => !isIn)).toHaveLength(1);
  vi.advanceTimersByTime(500);
  expect(lines.filter(({ isIn }) => !isIn)).toHaveLength(251);
  vi.advanceTimersByTime(550);
  for (const [index, { done }] of lines.entries()) {
    const [what, atMs = 0] = done[1] ?? [];
    expect(what).toBe("ended");
    expect(atMs - index * 2).toBeGreaterThanOrEqual(0);
    expect(atMs - index * 2).toBeLessThan(60);
  }
});

test("few lines do not take the whole window", () => {
  const lines = [createLine("a"), createLine("b"), createLine("c")];
  drain(lines, 60_000);
  vi.advanceTimersByTime(50);
  expect(lines.map(({ isIn }) => isIn)).toEqual([false, false, false]);
});

test("the idle go before those who wait for an answer, who go when they have it, or at the end of their grace", () => {
  const [busy, stuck] = [createLine("busy", { isBusy: true }), createLine("stuck", { isBusy: true })];
  const idle = createLine("idle");
  drain([busy, stuck, idle]);
  expect([idle.done[0], busy.done[0]]).toEqual([
    ["told 0", 0],
    ["told 10", 0],
  ]);
  vi.advanceTimersByTime(2_000);
  expect([idle.isIn, busy.isIn]).toEqual([false, true]);
  busy.isBusy = false;
  vi.advanceTimersByTime(50);
  expect([busy.isIn, stuck.isIn]).toEqual([false, true]);
  vi.advanceTimersByTime(3_000);
  expect(stuck.done.at(-1)).toEqual(["ended", expect.toSatisfy((ms: number) => ms >= 5_020 && ms <= 5_070)]);
});

test("who is not in yet goes at once, who has gone is left alone, and who could not be told has the word with the end", () => {
  const [stranger, leaver] = [createLine("stranger", { isIn: false }), createLine("leaver")];
  const deaf = createLine("deaf", { hears: false });
  drain([stranger, deaf, leaver]);
  leaver.isIn = false;
  vi.advanceTimersByTime(100);
  expect(stranger.done).toEqual([["ended untold", 0]]);
  expect(leaver.done).toEqual([["told 10", 0]]);
  expect(deaf.done.at(-1)).toEqual(["ended untold", 0]);
});

test("of very many a part is told in each step, so that the others are served meanwhile", () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => createLine(`${index}`));
  drain(lines);
  expect(lines.filter(({ done }) => done.length > 0)).toHaveLength(2_000);
  vi.advanceTimersByTime(100);
  expect(lines.filter(({ done }) => done.length > 0)).toHaveLength(5_000);
  vi.advanceTimersByTime(1_000);
  expect(lines.every(({ done }) => done.at(-1)?.[0] === "ended")).toBe(true);
});
