import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Cron } from "croner";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { clockChanges, cronTiming, dstPatterns, dstZones, wallClock } from "./testing/dst-cases.ts";
import type { Timing } from "../schedule-spec.ts";
import { newestTicks, tickAfter, ticksAfter } from "./timing.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;

test.each(["UTC", "Asia/Shanghai", "America/New_York"])(
  "ticks around every change of the clock are those on file, whatever the zone of the process: %s",
  (zone) => {
    const script = fileURLToPath(new URL("./testing/print-dst-ticks.ts", import.meta.url));
    const printed = execFileSync(process.execPath, [script], { env: { TZ: zone }, encoding: "utf8" });
    const file: unknown = JSON.parse(readFileSync(new URL("./testing/dst-ticks.json", import.meta.url), "utf8"));
    expect(JSON.parse(printed)).toEqual(file);
  },
  60_000,
);

/** The rule in its own words: minute by minute over the clock on the wall. */
function ticksByWall(cron: string, timeZone: string, span: readonly [number, number]): number[] {
  const [minutes = "", hours = ""] = cron.split(" ");
  const matches = (field: string, value: number) =>
    field === "*" ||
    (field.startsWith("*/") ? value % Number(field.slice(2)) === 0 : field.split(",").map(Number).includes(value));
  const isFixed = !/\*/.test(minutes + hours);
  const found = new Set<number>();
  const seen = new Set<number>();
  for (let ms = span[0] - dayMs; ms < span[1]; ms += minuteMs) {
    const wall = wallClock(timeZone, ms);
    const before = wallClock(timeZone, ms - minuteMs);
    // Every minute the clock has jumped over counts at the first one that exists.
    for (let shown = isFixed ? Math.min(wall, before + minuteMs) : wall; shown <= wall; shown += minuteMs) {
      const at = new Date(shown);
      if (!matches(minutes, at.getUTCMinutes()) || !matches(hours, at.getUTCHours())) continue;
      if (isFixed && seen.has(shown)) continue;
      seen.add(shown);
      found.add(ms);
    }
  }
  return [...found].filter((ms) => ms > span[0]);
}

test.each(dstZones)(
  "%s: a time that is left out comes right after the gap, one that is shown twice comes once, and intervals go on",
  (zone) => {
    const changes = clockChanges(zone);
    expect(changes.length).toBeGreaterThanOrEqual(2);
    for (const change of changes) {
      for (const cron of dstPatterns) {
        const expected = ticksByWall(cron, zone, [change - dayMs / 2, change + dayMs]);
        const found = ticksAfter(cronTiming(cron, zone), change - dayMs / 2, expected.length);
        expect([cron, change, ...found]).toEqual([cron, change, ...expected]);
      }
    }
  },
);

test("looking back finds what looking ahead finds, for a year around every change", () => {
  const cases = fc.record({
    zone: fc.constantFrom(...dstZones),
    cron: fc.constantFrom(...dstPatterns, "0 9 * * 1-5", "0 0 L * *", "*/7 * * * *"),
    offset: fc.integer({ min: -182 * 1_440, max: 182 * 1_440 }),
  });
  fc.assert(
    fc.property(cases, ({ zone, cron, offset }) => {
      const timing = cronTiming(cron, zone);
      const fromMs = (clockChanges(zone)[0] ?? 0) + offset * minuteMs;
      const ahead = ticksAfter(timing, fromMs, 12);
      const back = newestTicks(timing, { fromMs: fromMs + 1, toMs: ahead.at(-1) ?? 0 }, 100);
      expect(back).toEqual(ahead.toReversed());
    }),
    { numRuns: 60 },
  );
}, 60_000);

test("looking back reckons no more than what is asked for: after an outage all schedules ask at once", () => {
  const asked = vi.spyOn(Cron.prototype, "previousRuns");
  const toMs = Date.UTC(2027, 0, 1, 0, 0, 9);
  const timing = cronTiming("* * * * * *", "UTC");
  expect(newestTicks(timing, { fromMs: toMs - 2_000, toMs }, 1_000)).toHaveLength(3);
  expect(newestTicks(timing, { fromMs: 0, toMs }, 1)).toEqual([toMs]);
  const reckoned = asked.mock.calls.reduce((sum, [count]) => sum + count, 0);
  asked.mockRestore();
  expect(reckoned).toBeLessThanOrEqual(6);
  expect(newestTicks(timing, { fromMs: toMs - 999_000, toMs }, 2_000)).toHaveLength(1_000);
});

test("a period counts from 1970 and its offset, so that it does not drift, and has both ends", () => {
  const timing: Timing = { kind: "every", everyMs: 60_000, offsetMs: 7, startAtMs: 120_007, endAtMs: 240_010 };
  expect(ticksAfter(timing, 0, 10)).toEqual([120_007, 180_007, 240_007]);
  expect(newestTicks(timing, { fromMs: 0, toMs: 999_999_999 }, 2)).toEqual([240_007, 180_007]);
  expect(tickAfter(timing, 120_007)).toBe(180_007);
  expect(ticksAfter({ ...timing, endAtMs: 240_007 }, 180_007, 10)).toEqual([240_007]);
});
