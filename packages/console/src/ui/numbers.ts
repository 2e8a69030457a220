/** Numbers as people read them, in the locale of the page. They stand in tabular digits, so columns line up. */
export interface NumberWords {
  readonly locale: string;
}

/** `12 480`; from a million on `1.2M`. Null is a dash: not known is not 0. */
export function count(value: number | null, { locale }: NumberWords): string {
  if (value === null) return "–";
  const isLarge = Math.abs(value) >= 1e6;
  return new Intl.NumberFormat(locale, isLarge ? { notation: "compact", maximumFractionDigits: 1 } : {}).format(value);
}

/** `0.4`, `12`, `1 204` per second: two digits that say something. */
export function rate(value: number | null, { locale }: NumberWords): string {
  if (value === null) return "–";
  const digits = value < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** `4s`, `12m`, `3h`: in the largest unit there is one of; a span below a second as `0.04s`. */
export function span(ms: number | null, { locale }: NumberWords): string {
  if (ms === null) return "–";
  const [unit, size] = units.find(([, unitMs]) => ms >= unitMs) ?? units[3];
  const value = ms / size;
  const digits = unit === "second" && value < 10 ? (value < 1 ? 2 : 1) : 0;
  const options = { style: "unit", unit, unitDisplay: "narrow", maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(locale, options).format(digits === 0 ? Math.floor(value) : value);
}

/**
 * `3m ago`, `in 2h`, `now`. Hours up to two days, and never `tomorrow`: after 33 hours that may be the day after, and names of days belong to a
 * calendar and its time zone.
 */
export function distance(ms: number, nowMs: number, { locale }: NumberWords): string {
  const between = ms - nowMs;
  const fits = ([unit, unitMs]: (typeof units)[number]) => Math.abs(between) >= unitMs * (unit === "day" ? 2 : 1);
  const [unit, size] = units.find(fits) ?? units[3];
  const value = Math.trunc(between / size);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: value === 0 ? "auto" : "always", style: "narrow" });
  return format.format(value, unit);
}
