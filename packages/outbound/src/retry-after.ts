/**
 * Milliseconds that a service asks to be left alone for by `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3); undefined: it asks
 * for nothing that could be read. A date that has passed is 0. How long is too long is the caller's to say.
 */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,10}$/.test(header)) return Number(header) * 1_000;
  // Other texts that JavaScript takes for a date, such as "-1", are none of HTTP's: those begin with the name of a day.
  // The oldest of them names no zone and means this one.
  const atMs = /^[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header.replace(/(?<! GMT)$/, " GMT")) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
