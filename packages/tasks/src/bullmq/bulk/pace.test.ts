import fc from "fast-check";
import { expect, test } from "vitest";
import { createPace } from "./pace.ts";

test("however steps come, no second has more than the rate and one step", () => {
  const steps = fc.array(
    fc.record({ count: fc.integer({ min: 1, max: 20 }), laterMs: fc.integer({ min: 0, max: 900 }) }),
    {
      minLength: 1,
      maxLength: 200,
    },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), steps, (perSecond, all) => {
      let nowMs = 0;
      const pace = createPace(perSecond, () => nowMs);
      const done: { readonly atMs: number; readonly count: number }[] = [];
      for (const { count, laterMs } of all) {
        nowMs += pace(count);
        done.push({ atMs: nowMs, count });
        nowMs += laterMs;
      }
      for (const { atMs } of done) {
        const within = done.filter((one) => one.atMs >= atMs && one.atMs < atMs + 1_000);
        expect(within.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(perSecond + 20);
      }
    }),
  );
});

test("without a hindrance the rate is kept", () => {
  let nowMs = 0;
  const pace = createPace(40, () => nowMs);
  for (let step = 0; step < 40; step++) nowMs += pace(10);
  expect(nowMs).toBe(9_750);
});
