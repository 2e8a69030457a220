import type { FastifySchemaCompiler } from "fastify";
import { type TSchema } from "typebox";
import Value from "typebox/value";
import { invalidRequest } from "../invalid-request.ts";
import { createShapeCheck } from "../shape-check.ts";

/**
 * Compiles a route's schemas once, at start. Bodies are taken as they are: `"5"` is not 5, and an unknown field is refused
 * instead of dropped, because a misspelt option that is ignored is the hardest error to find. Query and path parts are text
 * by nature and converted first.
 */
export const validateRequests: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = createShapeCheck(schema);
  return (value: unknown) => {
    const candidate = httpPart === "body" ? value : Value.Convert(schema, value);
    const problems = check(candidate);
    return problems.length === 0 ? { value: candidate } : { error: invalidRequest(problems, httpPart ?? "body") };
  };
};
