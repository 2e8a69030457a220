import type { Timing } from "../../schedule-spec.ts";

/** Zones whose clocks are changed: by an hour and by half of one, at midnight and at other hours, north and south. */
export const dstZones = [
  "Africa/Cairo",
  "America/Havana",
  "America/New_York",
  "America/Santiago",
  "Asia/Beirut",
  "Asia/Jerusalem",
  "Australia/Lord_Howe",
  "Europe/Berlin",
  "Europe/London",
  "Pacific/Auckland",
];

export const dstPatterns = [
  "30 2 * * *",
  "0 2,8 * * *",
  "0,30 2 * * *",
  "*/15 2 * * *",
  "*/30 * * * *",
  "0 0 * * *",
  "15 2 * * *",
  "30 0,1 * * *",
];

export function cronTiming(cron: string, timeZone: string): Timing {
  return { kind: "cron", cron, timeZone, startAtMs: 0, endAtMs: 0 };
}

const minuteMs = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock on the wall shows, as if it were UTC. */
export function wallClock(timeZone: string, ms: number): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", dateStyle: "short", timeStyle: "medium" });
  formats.set(timeZone, format);
  const [day, month, year, hour, minute, second] = (format.format(ms).match(/\d+/g) ?? []).map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

/** The first minutes of another distance from UTC, in 2027. */
export function clockChanges(timeZone: string): number[] {
  const distance = (ms: number) => wallClock(timeZone, ms) - ms;
  const changes: number[] = [];
  const dayMs = 24 * 60 * minuteMs;
  for (let ms = Date.UTC(2027, 0, 1); ms < Date.UTC(2028, 0, 1); ms += dayMs) {
    if (distance(ms) === distance(ms + dayMs)) continue;
    let [low, high] = [ms, ms + dayMs];
    while (high - low > minuteMs) {
      const middle = low + Math.floor((high - low) / minuteMs / 2) * minuteMs;
      if (distance(middle) === distance(ms)) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}
