import type { FastifySchemaCompiler } from "fastify";
import Type, { type TSchema } from "typebox";
import Value from "typebox/value";
import { invalidRequest, type Problem } from "../shapes/request-problems.ts";
import type { Scope } from "../scope.ts";
import { createShapeCheck } from "../shapes/shape-check.ts";

/**
 * Compiles a route's schemas once, at start. Bodies are taken as they are: `"5"` is not 5, and an unknown field is refused
 * instead of dropped, because a misspelt option that is ignored is the hardest error to find. Query and path parts are text
 * by nature and converted first.
 */
export const validateRequests: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = createShapeCheck(schema);
  return (value: unknown) => {
    const candidate = httpPart === "body" ? value : Value.Convert(schema, value);
    const repeated = httpPart === "querystring" ? repeatedIn(value as object) : [];
    const found = repeated.length > 0 ? repeated : check(candidate);
    const problems = httpPart === "headers" ? found.map(asHeader) : found;
    return problems.length === 0 ? { value: candidate } : { error: invalidRequest(problems, httpPart ?? "body") };
  };
};

/** Node hands headers over in small letters; everybody writes `If-Match`. */
function asHeader({ field, text }: Problem): Problem {
  return { field: field.replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase()), text };
}

/** No parameter of ours is a list. */
function repeatedIn(query: object): readonly Problem[] {
  return Object.entries(query)
    .filter(([, value]) => Array.isArray(value))
    .map(([field]) => ({ field, text: "must be there once, not several times" }));
}

/** Of a call that asks for nothing more than its path says. */
const NoFields = Type.Unsafe<object | null>({
  title: "NoFields",
  description: "Takes no fields; the body may be left out.",
  type: ["object", "null"],
  additionalProperties: false,
  examples: [{}],
});
const NoParameters = Type.Object({}, { additionalProperties: false });

/**
 * A route that declares no body or no query takes none: `redrive` with `{"limit": 1}` must say that it knows no limit, not
 * drive everything. For every route under `/v1`, so that a new one cannot leave it out.
 */
export function refuseUndeclaredFields(app: Scope): void {
  app.addHook("onRoute", (route) => {
    if (!route.url.startsWith("/v1/")) return;
    const takesBody = [route.method].flat().some((method) => method !== "GET" && method !== "HEAD");
    route.schema = { querystring: NoParameters, ...(takesBody && { body: NoFields }), ...route.schema };
  });
}
