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
  const parse = scope.getDefaultJsonParser("error", "error");
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    if (body.length === 0 && needsNoBody(request)) {
      done(null, undefined);
      return;
    }
    const text = decode(body as Buffer);
    if (text instanceof ApiError) {
      done(text);
      return;
    }
    // The types allow an asynchronous parser; the default one calls back at once.
    void parse(request, text, (error, value: unknown) => {
      if (error === null) done(null, hasLongNumber(text) ? parseExactJson(text) : value);
      else done(new ApiError("invalid_json", explain(text), { cause: error }));
    });
  });
}

/** Many a client declares JSON whether or not it sends any; where a body may be left out that is no mistake. */
function needsNoBody({ routeOptions: { schema } }: FastifyRequest): boolean {
  if (schema === undefined) return false;
  const { type } = (schema.body ?? { type: "null" }) as { readonly type?: string | readonly string[] };
  return [type].flat().includes("null");
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(body: Buffer): string | ApiError {
  try {
    const text = utf8.decode(body);
    if (!isNestedDeeperThan(nestingMax, text)) return text;
    return new ApiError("invalid_json", `the body is nested deeper than ${nestingMax} levels; flatten it`);
  } catch (error) {
    return new ApiError("invalid_json", "the body is not valid UTF-8; encode it as UTF-8", { cause: error });
  }
}

/** Fastify says no more than "not valid", so what it refused is parsed once more to see why. */
function explain(text: string): string {
  if (text.trim() === "") return "the body is empty; send a JSON object";
  try {
    JSON.parse(text);
    return "the body has a key that could poison an object's prototype (`__proto__` or `constructor.prototype`); rename it";
  } catch (error) {
    const place = /at position \d+/.exec((error as Error).message)?.[0];
    return `the body is not valid JSON${place === undefined ? "" : ` (${place})`}`;
  }
}
