import Type from "typebox";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A setting written as `"300s"`, `"250ms"`, `"5m"`, `"720h"`; code always sees {@link parseDurationMs}'s number. */
export function Duration(options: { default: string; description: string; env?: string }) {
  return Type.String({ pattern: pattern.source, hint: 'a duration such as "300s", "250ms" or "720h"', ...options });
}

/** @throws RangeError for text the schema would have refused. */
export function parseDurationMs(text: string): number {
  const match = pattern.exec(text);
  const unit = match?.[2] as keyof typeof unitMs | undefined;
  if (match === null || unit === undefined) throw new RangeError(`not a duration: ${text}`);
  return Math.round(Number(match[1]) * unitMs[unit]);
}
