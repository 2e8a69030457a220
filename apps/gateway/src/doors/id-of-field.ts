import { isExactNumber } from "@switchyard/protocol/exact-json";

/**
 * The id a field of a JSON object holds: a text, or a whole number as its digits, so that `7` and `"7"`, which PHP sends either of, are
 * one. Undefined where it holds anything else. `7.0`, `7e0` and `-0` are no ids, for they would have to be spelled otherwise.
 *
 * @param value of an exact reading (`readJson`): a number beyond 2^53 is there with all of its digits
 */
export function idOfField(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const isWhole =
    typeof value === "number" ? Number.isSafeInteger(value) && !Object.is(value, -0) : isExactNumber(value);
  if (!isWhole) return undefined;
  const digits = JSON.stringify(value);
  return /^(?:0|-?[1-9]\d*)$/.test(digits) ? digits : undefined;
}
