import type { IncomingHttpHeaders } from "node:http";
import { readJson } from "@switchyard/protocol/read-json";
import { findBodyFault } from "@switchyard/runtime/body-form";
import { ApiError } from "../errors/api-error.ts";
import { keepExact, tooManyEntries } from "./passed-through.ts";
import { placeOfProblem } from "./place-of-problem.ts";

/** What reads one JSON document; `place` is what a refusal calls it. */
export type JsonParser = (text: string, place?: string) => unknown;

/**
 * A key such as `__proto__` is one like any other, here as at every other door: `JSON.parse` makes it an own field, nothing of ours
 * merges what came from outside into an object, and where a request may have no such field its schema says so.
 *
 * @throws ApiError saying where, never what
 */
export const parseJson: JsonParser = (text, place = "the body") => {
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
  return keepExact(read.value, read.exact);
};

function readOr(text: string, refusal: (cause: unknown) => ApiError): ReturnType<typeof readJson> {
  try {
    return readJson(text);
  } catch (error) {
    throw refusal(error);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws ApiError `unsupported_media_type` for what is said to be something else than UTF-8, `invalid_json` for what is */
export function decodeJsonText(body: Buffer, headers: IncomingHttpHeaders): string {
  const fault = findBodyFault(headers);
  if (fault !== undefined) throw new ApiError("unsupported_media_type", fault);
  try {
    return utf8.decode(body);
  } catch (error) {
    throw new ApiError("invalid_json", "the body is not valid UTF-8; encode it as UTF-8", { cause: error });
  }
}

/** The engine's own message repeats what was sent, so only its position is told. */
function explain(text: string, place: string): string {
  if (text.trim() === "") return `${place} is empty; send a JSON object`;
  const position = positionOf(text);
  return `${place} is not valid JSON${position === undefined ? "" : ` (at position ${position})`}`;
}

/** Longer texts are not looked through: it takes some parses of them. */
const searchedMaxLength = 65_536;

/** Of the first character that no JSON goes on with. The engine tells it for most mistakes; for others (`NaN`) it is searched. */
function positionOf(text: string): number | undefined {
  const told = /at position (\d+)/.exec(problemOf(text))?.[1];
  if (told !== undefined) return Number(told);
  if (text.length > searchedMaxLength) return undefined;
  // What JSON can go on with has no token that was not expected, however short it is.
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (problemOf(text.slice(0, middle)).startsWith("Unexpected token")) bad = middle;
    else good = middle;
  }
  return problemOf(text.slice(0, bad)).startsWith("Unexpected token") ? bad - 1 : undefined;
}

function problemOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
