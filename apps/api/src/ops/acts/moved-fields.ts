import { isDeepStrictEqual } from "node:util";
import { ApiError } from "../../errors/api-error.ts";
import type { StandingState } from "./what-stands.ts";

/**
 * Counts that move by themselves while somebody reads: a tenth more or less is as it was seen, and so are a few more or less where
 * tasks come and go.
 */
const fewOf: Readonly<Record<string, number>> = { waiting: 10, active: 10, deadLetters: 0 };

/**
 * The fields that are not as they were seen: all of them where there is nothing any more.
 * @throws ApiError for one that nothing is known of: a misspelt condition is no condition
 */
export function movedFields(expected: StandingState, now: StandingState | undefined): readonly string[] {
  if (now === undefined) return Object.keys(expected);
  for (const name of Object.keys(expected)) {
    if (Object.hasOwn(now, name)) continue;
    const known = Object.keys(now).join("`, `");
    const message = `expect: \`${name.slice(0, 40)}\` is not known of it; what is: \`${known}\``;
    throw new ApiError("invalid_request", message, { field: "expect" });
  }
  return Object.keys(expected).filter((name) => !isAsSeen(name, expected[name], now[name]));
}

function isAsSeen(name: string, seen: unknown, is: unknown): boolean {
  const few = Object.hasOwn(fewOf, name) ? fewOf[name] : undefined;
  if (few === undefined || typeof seen !== "number" || typeof is !== "number") return isDeepStrictEqual(seen, is);
  return Math.abs(is - seen) <= Math.max(few, seen / 10);
}
