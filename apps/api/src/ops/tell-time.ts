import type { ScheduleSpec } from "@switchyard/tasks/schedule-spec";

interface Locale {
  readonly locale: string;
}

/** Where the clock on the wall hangs by which a schedule goes; UTC for a period and for what cannot be read. */
export function zoneOf(spec: ScheduleSpec | null): string {
  const timing = spec?.timing;
  return (timing !== undefined && "timeZone" in timing ? timing.timeZone : undefined) ?? "UTC";
}

/** `Monday 30 November 2026 at 09:00:00 CET` */
export function tellTime(ms: number, timeZone: string, { locale }: Locale): string {
  const options = { timeZone, dateStyle: "full", timeStyle: "long" } as const;
  return new Intl.DateTimeFormat(locale, options).format(ms);
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** `in 2 days`, `5 minutes ago`: in the largest unit there is one of. */
export function tellDistance(ms: number, nowMs: number, { locale }: Locale): string {
  const distance = ms - nowMs;
  const [unit, unitMs] = units.find(([, size]) => Math.abs(distance) >= size) ?? units[3];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(distance / unitMs), unit);
}

/** `0.04 s`, `3 min`. */
export function tellDuration(ms: number, { locale }: Locale): string {
  const [unit, size] = ms >= 120_000 ? (["minute", 60_000] as const) : (["second", 1_000] as const);
  const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: ms < 10_000 ? 2 : 0 } as const;
  return new Intl.NumberFormat(locale, options).format(ms / size);
}
