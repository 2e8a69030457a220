/** A time as programs send it: milliseconds since 1970, or ISO 8601 with its distance from UTC. */
export type TimeReading =
  | { readonly ms: number; readonly problem?: undefined }
  /** Completes `<field>: `. */
  | { readonly problem: string; readonly ms?: undefined };

/** Before the hub was thought of. A number of seconds is in 1970 when it is taken for milliseconds. */
const earliestMs = Date.UTC(2001, 0, 1);
const latestMs = Date.UTC(9999, 11, 31);
const iso8601 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[-+]\d\d:?\d\d)$/;

/** Refused are times before 2001, which are seconds as a rule, and texts that leave open where on earth they hold. */
export function readTimeMs(time: number | string): TimeReading {
  const ms = typeof time === "number" ? time : parseIso(time);
  if (typeof ms === "string") return { problem: ms };
  if (!Number.isSafeInteger(ms) || ms < 0) return { problem: mustBe };
  if (ms > latestMs) return { problem: "must be no later than 9999-12-31T00:00:00Z" };
  if (ms >= earliestMs) return { ms };
  const seconds = ms * 1_000 >= earliestMs ? ", and looks like seconds, send 1000 times as much" : "";
  return { problem: `${mustBe}; this is before 2001${seconds}` };
}

/** Which field of a request says a time, and the time. */
export type EitherTimeReading = TimeReading & { readonly field: string };

/**
 * A time that has two fields, such as `at`, a number or ISO 8601, and `atMs`. Undefined when neither is there. Both are one too many:
 * one of them would be dropped without a word. Whoever adds such a pair reads it by this.
 */
export function readEitherTimeMs(
  fields: Readonly<Record<string, number | string | undefined>>,
): EitherTimeReading | undefined {
  const [first, second] = Object.entries(fields).filter(([, value]) => value !== undefined);
  const [field, value] = first ?? [];
  if (field === undefined || value === undefined) return undefined;
  if (second !== undefined)
    return { field: second[0], problem: `cannot be combined with \`${field}\`; send one of them` };
  return { field, ...readTimeMs(value) };
}

const mustBe = "must be whole milliseconds since 1970, or ISO 8601 such as 2027-01-01T09:00:00+08:00";

/** A text says what is wrong. */
function parseIso(text: string): number | string {
  const [, , , offset] = iso8601.exec(text) ?? [];
  if (offset === undefined)
    return /^\d{4}-\d\d-\d\d/.test(text) ? `${mustBe}; the offset is missing, Z for UTC` : mustBe;
  const whole = text.slice(0, -offset.length).replace(/[t ]/, "T").replace(",", ".");
  const distance = offset.toUpperCase() === "Z" ? "Z" : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const ms = Date.parse(`${whole}${distance}`);
  // 31 February is 3 March to some parsers.
  const isDay = Number.isFinite(ms) && new Date(Date.parse(`${whole}Z`)).toISOString().startsWith(whole.slice(0, 10));
  return isDay ? ms : `${mustBe}; this is no date that exists`;
}
