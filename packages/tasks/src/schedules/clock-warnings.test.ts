import { expect, test } from "vitest";
import { clockWarnings } from "./clock-warnings.ts";
import { clockChanges, cronTiming, dstPatterns, dstZones, wallClock } from "./testing/dst-cases.ts";
import { ticksAfter } from "./timing.ts";

const dayMs = 86_400_000;
const spring = Date.UTC(2027, 2, 28);
const autumn = Date.UTC(2027, 9, 31);
const berlin = (cron: string, fromMs: number, days = 1) =>
  clockWarnings(cronTiming(cron, "Europe/Berlin"), fromMs, fromMs + days * dayMs);

test("a time that does not exist and one that comes twice are told, with what becomes of them", () => {
  expect(berlin("30 2 * * *", spring)).toEqual(["2027-03-28: 02:30 does not exist in Europe/Berlin, runs at 03:00"]);
  expect(berlin("*/15 2 * * *", spring)).toEqual([
    "2027-03-28: 02:00, 02:15, 02:30 and 02:45 do not exist in Europe/Berlin, do not run then",
  ]);
  expect(berlin("30 2 * * *", autumn)).toEqual(["2027-10-31: 02:30 comes twice in Europe/Berlin, runs the first time"]);
  expect(berlin("15 */2 * * *", autumn)).toEqual(["2027-10-31: 02:15 comes twice in Europe/Berlin, runs both times"]);
  expect(berlin("30 2 * * *", spring, 300)).toHaveLength(2);
});

test("every time that one change moves is told, up to four of them by name", () => {
  expect(berlin("0,30 2,3 * * *", spring)).toEqual([
    "2027-03-28: 02:00 and 02:30 do not exist in Europe/Berlin, run at 03:00",
  ]);
  expect(berlin("10,20,30 2 * * *", autumn)).toEqual([
    "2027-10-31: 02:10, 02:20 and 02:30 come twice in Europe/Berlin, run the first time",
  ]);
  expect(berlin("* 2 * * *", spring)).toEqual([
    "2027-03-28: 02:00, 02:01, 02:02, 02:03 and more do not exist in Europe/Berlin, do not run then",
  ]);
});

test("nothing is told of changes before it begins", () => {
  const timing = { ...cronTiming("30 2 * * *", "Europe/Berlin"), startAtMs: Date.UTC(2027, 5, 1) };
  expect(clockWarnings(timing, Date.UTC(2027, 0, 1), Date.UTC(2027, 5, 20))).toEqual([]);
  expect(clockWarnings(timing, Date.UTC(2027, 0, 1), Date.UTC(2027, 10, 20))).toHaveLength(1);
});

test("nothing is told of times that exist once, of patterns for every hour, of periods and of days without a change", () => {
  for (const cron of ["30 3 * * *", "*/15 * * * *", "0 * * * *", "@hourly", "@daily"])
    expect(berlin(cron, spring, 365)).toEqual([]);
  expect(berlin("30 2 * * *", Date.UTC(2027, 5, 1))).toEqual([]);
  const period = { kind: "every", everyMs: 60_000, offsetMs: 0, startAtMs: 0, endAtMs: 0 } as const;
  expect(clockWarnings(period, spring, spring + dayMs)).toEqual([]);
  expect(
    clockWarnings(cronTiming("0 0 * * *", "America/Santiago"), Date.UTC(2027, 0, 1), Date.UTC(2028, 0, 1)),
  ).toEqual(["2027-09-05: 00:00 does not exist in America/Santiago, runs at 01:00"]);
});

test.each(dstZones)("%s: what a warning says is what the ticks do", (zone) => {
  for (const changeMs of clockChanges(zone)) {
    for (const cron of dstPatterns) {
      const timing = cronTiming(cron, zone);
      const [warning, ...more] = clockWarnings(timing, changeMs - dayMs / 4, changeMs + dayMs / 4);
      expect(more).toEqual([]);
      if (warning === undefined) continue;
      const [, said = ""] = /: (\d\d:\d\d)[, ]/.exec(warning) ?? [];
      const [, instead] = /runs? at (\d\d:\d\d)$/.exec(warning) ?? [];
      const ticks = ticksAfter(timing, changeMs - dayMs / 4, 100).filter((tick) => tick < changeMs + dayMs / 4);
      const shown = ticks.map((tick) => new Date(wallClock(zone, tick)).toISOString().slice(11, 16));
      const times = shown.filter((one) => one === (instead ?? said)).length;
      expect([zone, cron, warning, times]).toEqual([zone, cron, warning, expected(warning)]);
    }
  }
});

function expected(warning: string): number {
  if (warning.endsWith("not run then")) return 0;
  return warning.endsWith("both times") ? 2 : 1;
}
