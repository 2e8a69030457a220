import Type from "typebox";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

export interface DurationOptions {
  readonly default: string;
  readonly description: string;
  /** The shortest that means something. `0s` only where none at all is a choice, such as "at once" or "keep none". */
  readonly least: string;
  /** What a timer waits for must stay below 24 days: Node's timers take 2^31 ms and more for 1 ms. */
  readonly most: string;
  /** Ends the sentence that refuses another: why the bound is where it is. */
  readonly because?: string;
  readonly env?: string;
}

/** A setting written as `"300s"`, `"250ms"`, `"5m"`, `"720h"`; code always sees {@link parseDurationMs}'s number. */
export function Duration(options: DurationOptions) {
  return Type.String({ pattern: pattern.source, hint: 'a duration such as "300s", "250ms" or "720h"', ...options });
}

/** What is wrong with a duration that is well written, or undefined. */
export function outOfBounds(
  { least, most, because }: { readonly least?: string; readonly most?: string; readonly because?: string },
  text: unknown,
): string | undefined {
  if (least === undefined || most === undefined || typeof text !== "string" || !pattern.test(text)) return undefined;
  const ms = parseDurationMs(text);
  if (ms >= parseDurationMs(least) && ms <= parseDurationMs(most)) return undefined;
  return `must be ${least} to ${most}${because === undefined ? "" : `, because ${because}`}; it is ${text}`;
}

/** @throws RangeError for text the schema would have refused. */
export function parseDurationMs(text: string): number {
  const match = pattern.exec(text);
  const unit = match?.[2] as keyof typeof unitMs | undefined;
  if (match === null || unit === undefined) throw new RangeError(`not a duration: ${text}`);
  return Math.round(Number(match[1]) * unitMs[unit]);
}
