import { readJson } from "@switchyard/protocol/read-json";
import { ApiError } from "../errors/api-error.ts";
import type { Scope } from "../scope.ts";
import { keepExact, tooManyEntries } from "./passed-through.ts";
import { placeOfProblem } from "./place-of-problem.ts";

/** What reads one JSON document; `place` is what a refusal calls it. */
export type JsonParser = (text: string, place?: string) => unknown;

/** @throws ApiError saying where, never what */
export function jsonParserOf(scope: Scope): JsonParser {
  const parseSafely = scope.getDefaultJsonParser("error", "error");
  return (text, place = "the body") => {
    const read = readOr(text, (cause) => new ApiError("invalid_json", explain(text, place), { cause }));
    if ("problem" in read) {
      const field = placeOfProblem(read.value);
      throw new ApiError("invalid_request", `${field || place}: ${read.problem}`, { field: field || undefined });
    }
    const crowd = tooManyEntries(read.value);
    if (crowd !== undefined) {
      throw new ApiError("invalid_request", `${crowd.place || place}: ${crowd.problem}`, {
        field: crowd.place || undefined,
      });
    }
    // What the careful parser looks for stands in the text, as it is or escaped; few texts have either.
    if (!/__proto__|constructor|\\u00/.test(text)) return keepExact(read.value, read.exact);
    // The types allow an asynchronous parser; the default one calls back at once, and looks at the text alone.
    void parseSafely(undefined as never, text, (cause) => {
      if (cause !== null) throw new ApiError("invalid_json", `${place} ${poisonous}`, { cause });
    });
    return keepExact(read.value, read.exact);
  };
}

function readOr(text: string, refusal: (cause: unknown) => ApiError): ReturnType<typeof readJson> {
  try {
    return readJson(text);
  } catch (error) {
    throw refusal(error);
  }
}

const poisonous =
  "has a key that could poison an object's prototype (`__proto__` or `constructor.prototype`); rename it";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws ApiError `invalid_json` for what is no UTF-8 */
export function decodeJsonText(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch (error) {
    throw new ApiError("invalid_json", "the body is not valid UTF-8; encode it as UTF-8", { cause: error });
  }
}

/** The engine's own message repeats what was sent, so only its position is told. */
function explain(text: string, place: string): string {
  if (text.trim() === "") return `${place} is empty; send a JSON object`;
  try {
    JSON.parse(text);
    return `${place} is not valid JSON`;
  } catch (error) {
    const position = /at position \d+/.exec((error as Error).message)?.[0];
    return `${place} is not valid JSON${position === undefined ? "" : ` (${position})`}`;
  }
}
