import fc from "fast-check";
import { expect, test } from "vitest";
import { CommandLimit } from "../doors/centrifuge/command-limit.ts";
import { RateLimit } from "./rate-limit.ts";

test("a burst passes, then the rate, and a quiet time makes room for another burst", () => {
  const limit = new RateLimit({ perSecond: 10, burst: 5 });
  const at = (nowMs: number, asked: number) =>
    Array.from({ length: asked }, () => limit.take(nowMs)).filter(Boolean).length;
  expect(at(1_000, 20)).toBe(5);
  expect(at(1_099, 1)).toBe(0);
  expect(at(1_100, 2)).toBe(1);
  expect(at(2_100, 20)).toBe(5);
  expect(at(60_000, 20)).toBe(5);
});

test("in any time no more pass than the burst and the rate together", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (gapsMs, perSecond, burst) => {
      const limit = new RateLimit({ perSecond, burst });
      let nowMs = 0;
      let passed = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (limit.take(nowMs)) passed++;
      }
      expect(passed).toBeLessThanOrEqual(burst + (nowMs / 1_000) * perSecond + 1e-6);
    }),
  );
});

test("commands above the rate are refused with 111, and who goes on is closed with 3013", () => {
  const limit = new CommandLimit({ perSecond: 10, burst: 3 });
  const outcomes = Array.from({ length: 7 }, () => limit.refuse("rpc", 1_000));
  expect(outcomes).toEqual([
    undefined,
    undefined,
    undefined,
    ...Array.from({ length: 3 }, () => ({
      kind: "error",
      error: expect.objectContaining({
        code: 111,
        temporary: true,
        publicMessage: "too many requests: 10 commands per second",
      }),
    })),
    { kind: "disconnect", disconnect: { code: 3013, reason: "too many requests" } },
  ]);
});

test("who heeds the refusal is never closed", () => {
  const limit = new CommandLimit({ perSecond: 10, burst: 3 });
  let nowMs = 0;
  for (let second = 0; second < 1_000; second++) {
    // Twelve a second where ten are allowed.
    for (let command = 0; command < 12; command++)
      expect(limit.refuse("rpc", (nowMs += 83))?.kind).not.toBe("disconnect");
  }
});

test("a message above the rate is dropped without an answer, for it has no id", () => {
  const limit = new CommandLimit({ perSecond: 1, burst: 1 });
  limit.refuse("send", 0);
  expect(limit.refuse("send", 0)).toEqual({ kind: "silent" });
});
