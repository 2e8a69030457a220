import { expect, test } from "vitest";
import { countSharers, shareOf } from "./open-share.ts";

test("what waits is shared by pools that live and by workers of none, however many processes a pool has", () => {
  const worker = (uid: string, pool?: string) => ({ uid, ...(pool !== undefined && { pool }) });
  expect(countSharers([], "mine")).toBe(1);
  expect(countSharers([worker("a", "mine"), worker("b", "mine")], "mine")).toBe(1);
  expect(countSharers([worker("a", "mine"), worker("b", "other"), worker("c", "other"), worker("d")], "mine")).toBe(3);
});

test("a share has first attempts and retries apart, by handler too", () => {
  const waiting = {
    counts: { queued: 90, running: 0, retrying: 0, delayed: 0, dead: 0 },
    runnable: 80,
    retryingRunnable: 20,
    handlers: [{ handler: "resize", runnable: 50, retrying: 20 }],
    oldestRunnableAgeMs: 70,
    inPerSecond: null,
    outPerSecond: null,
    groups: [],
    isCapped: false,
  };
  expect(shareOf(waiting, 2)).toEqual({
    runnable: 30,
    retrying: 10,
    handlers: [{ handler: "resize", runnable: 15, retrying: 10 }],
    oldestAgeMs: 70,
  });
});
