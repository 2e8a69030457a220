/**
 * Numbers as tags hold them: a sign, digits, and up to 19 digits behind a point; no exponent, no spaces. They are compared exactly,
 * however long they are: `0.1` is `0.10`, and two ids of 18 digits are two.
 */
export interface Decimal {
  readonly text: string;
  /** The number of 10^-19; made when a comparison needs it. */
  scaled: bigint | undefined;
}

/** Undefined for what is no such number; every comparison with it is false. */
export function readDecimal(text: string): Decimal | undefined {
  return text.length <= lengthMax && pattern.test(text) ? { text, scaled: undefined } : undefined;
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  // Up to 15 digits a double tells all numbers apart and keeps their order.
  if (a.text.length <= 15 && b.text.length <= 15) return Number(a.text) - Number(b.text);
  a.scaled ??= scale(a.text);
  b.scaled ??= scale(b.text);
  return a.scaled < b.scaled ? -1 : Number(a.scaled > b.scaled);
}

const pattern = /^[+-]?[0-9]+(?:\.[0-9]{1,19})?$/;
const lengthMax = 200;

function scale(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(19, "0"));
}
