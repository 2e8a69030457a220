import type { FastifyRequest } from "fastify";
import { ApiError } from "../api-error.ts";
import { hasLongNumber, parseExactJson } from "@switchyard/protocol/exact-json";
import { isNestedDeeperThan, nestingMax } from "@switchyard/protocol/json-depth";
import type { Scope } from "../scope.ts";

/**
 * JSON is the only body a scope takes, and every JSON value arrives as it was sent.
 *
 * Numbers a double cannot hold are kept as their source text ({@link parseExactJson}). Only bodies with digits enough for one
 * pay for the slower parse.
 *
 * Refused are keys that poison prototypes (`__proto__`, `constructor.prototype`), Fastify's default; text that is not UTF-8,
 * which would otherwise become replacement characters; and nesting so deep that somebody down the line runs out of stack.
 */
export function acceptJsonBodies(scope: Scope): void {
  const parse = jsonParserOf(scope);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    if (body.length === 0 && needsNoBody(request)) {
      done(null, undefined);
      return;
    }
    try {
      done(null, parse(decodeJsonText(body as Buffer)));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** What reads one JSON document; `place` is what a refusal calls it. */
export type JsonParser = (text: string, place?: string) => unknown;

/** @throws ApiError `invalid_json` saying where, never what */
export function jsonParserOf(scope: Scope): JsonParser {
  const parse = scope.getDefaultJsonParser("error", "error");
  return (text, place = "the body") => {
    let parsed: unknown;
    // The types allow an asynchronous parser; the default one calls back at once, and looks at the text alone.
    void parse(undefined as never, text, (error, value: unknown) => {
      if (error !== null) throw new ApiError("invalid_json", explain(text, place), { cause: error });
      parsed = value;
    });
    return hasLongNumber(text) ? parseExactJson(text) : parsed;
  };
}

/** Many a client declares JSON whether or not it sends any; where a body may be left out that is no mistake. */
function needsNoBody({ routeOptions: { schema } }: FastifyRequest): boolean {
  if (schema === undefined) return false;
  const { type } = (schema.body ?? { type: "null" }) as { readonly type?: string | readonly string[] };
  return [type].flat().includes("null");
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws ApiError `invalid_json` for what is no UTF-8, and for nesting so deep that others run out of stack on it */
export function decodeJsonText(body: Buffer): string {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (error) {
    throw new ApiError("invalid_json", "the body is not valid UTF-8; encode it as UTF-8", { cause: error });
  }
  if (!isNestedDeeperThan(nestingMax, text)) return text;
  throw new ApiError("invalid_json", `the body is nested deeper than ${nestingMax} levels; flatten it`);
}

/** Fastify says no more than "not valid", so what it refused is parsed once more to see why. */
function explain(text: string, place: string): string {
  if (text.trim() === "") return `${place} is empty; send a JSON object`;
  try {
    JSON.parse(text);
    return `${place} has a key that could poison an object's prototype (\`__proto__\` or \`constructor.prototype\`); rename it`;
  } catch (error) {
    const position = /at position \d+/.exec((error as Error).message)?.[0];
    return `${place} is not valid JSON${position === undefined ? "" : ` (${position})`}`;
  }
}
