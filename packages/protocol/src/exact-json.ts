/**
 * `JSON.parse` would round a number a double cannot hold (64-bit ids of PHP, Java and Go producers) and turn `1e400` into
 * null, without a word. Here a number that would be written differently than it was read is kept as its source text
 * (`JSON.rawJSON`), so `JSON.stringify` writes what was sent, digit by digit.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  if (!mayChangeNumbers(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    if (typeof value !== "number" || source === undefined || JSON.stringify(value) === source) return value;
    return raw.rawJSON(source);
  });
}

/** Whether the text may hold a number that a double cannot: of 16 or more digits, or with an exponent of three. */
export function hasLongNumber(text: string): boolean {
  return /\d[\d.]{15}|\d[eE][-+]?\d{3}/.test(text);
}

/** Tells a number that is kept as its text from the objects of a parsed value: it is one to `typeof`. */
export function isExactNumber(value: unknown): boolean {
  return raw.isRawJSON(value);
}

/**
 * Also for `1.0`, `1e2`, `-0` and `0.0000001`, which a double holds and JavaScript spells differently. Strings may match too. Digits are counted
 * from where a number begins alone: from each of the fourteen of a time it takes twice as long.
 */
export function mayChangeNumbers(text: string): boolean {
  return /(?<![\d.])\d[\d.]{15}|\d[eE][-+]?\d|\.\d*0(?!\d)|-0(?![\d.])|0\.000000/.test(text);
}

/** In every Node this runs on; not yet in TypeScript's library. */
const raw = JSON as unknown as { rawJSON(text: string): unknown; isRawJSON(value: unknown): boolean };
