import type { FastifySchemaCompiler } from "fastify";
import { type TSchema } from "typebox";
import { Compile } from "typebox/compile";
import Value from "typebox/value";
import { ApiError } from "../api-error.ts";
import { describeProblems, type Problem } from "../request-problems.ts";

/**
 * Compiles a route's schemas once, at start. Bodies are taken as they are: `"5"` is not 5, and an unknown field is refused
 * instead of dropped, because a misspelt option that is ignored is the hardest error to find. Query and path parts are text
 * by nature and converted first.
 */
export const validateRequests: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (value: unknown) => {
    const candidate = httpPart === "body" ? value : Value.Convert(schema, value);
    if (validator.Check(candidate)) return { value: candidate };
    return { error: toError(describeProblems(schema, validator.Errors(candidate)), httpPart) };
  };
};

/** Long lists help nobody, and one field is what a program can point at. */
const shownProblems = 5;

function toError(problems: readonly Problem[], httpPart: string | undefined): ApiError {
  const place = httpPart === "body" || httpPart === undefined ? "the body" : `the ${httpPart}`;
  const sentences = problems
    .slice(0, shownProblems)
    .map(({ field, text }) => `${field === "" ? place : field}: ${text}`);
  return new ApiError("invalid_request", sentences.join("; "), { field: problems[0]?.field || undefined });
}
