import { expect, test } from "vitest";
import { countSharers, shareOf } from "./open-share.ts";

test("what waits is shared by pools that live and by workers of none, however many processes a pool has", () => {
  const worker = (uid: string, pool?: string) => ({ uid, ...(pool !== undefined && { pool }) });
  expect(countSharers([], "mine")).toBe(1);
  expect(countSharers([worker("a", "mine"), worker("b", "mine")], "mine")).toBe(1);
  expect(countSharers([worker("a", "mine"), worker("b", "other"), worker("c", "other"), worker("d")], "mine")).toBe(3);
});

test("a share has first attempts and retries apart, by handler too", () => {
  const remembered = new Map([["resize", { seconds: 2, attemptSeconds: 2 }]]);
  const waiting = {
    counts: { queued: 90, running: 0, retrying: 0, delayed: 0, dead: 0 },
    runnable: 80,
    retryingRunnable: 20,
    handlers: [
      { handler: "resize", runnable: 50, retrying: 20, oldestAgeMs: 70 },
      { handler: "gone", runnable: 10, retrying: 4, oldestAgeMs: 9_000 },
    ],
    due: 0,
    oldestRunnableAgeMs: 9_000,
    inPerSecond: null,
    outPerSecond: null,
    groups: [],
    remembered,
    isCapped: false,
    shares: [],
    lacking: [],
  };
  const resize = { handler: "resize", runnable: 15, retrying: 10, oldestAgeMs: 70 };
  const gone = { handler: "gone", runnable: 3, retrying: 2, oldestAgeMs: 9_000 };
  const all = { runnable: 30, retrying: 10, handlers: [resize, gone], remembered, oldestAgeMs: 9_000 };
  expect(shareOf(waiting, { parts: 2 })).toEqual(all);
  // What nobody can run is left out, with its age.
  const isHandled = (handler: string) => handler !== "gone";
  const some = { runnable: 27, retrying: 8, handlers: [resize], remembered, oldestAgeMs: 70 };
  expect(shareOf(waiting, { parts: 2, isHandled })).toEqual(some);
});
