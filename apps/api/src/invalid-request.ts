import { ApiError } from "./api-error.ts";
import { type Problem, shownProblems } from "./request-problems.ts";

/** One field is what a program can point at. `part` is what was checked: `body`, `querystring`, `params`. */
export function invalidRequest(problems: readonly Problem[], part: string): ApiError {
  const sentences = problems
    .slice(0, shownProblems)
    .map(({ field, text }) => `${field === "" ? `the ${part}` : field}: ${text}`);
  return new ApiError("invalid_request", sentences.join("; "), { field: problems[0]?.field || undefined });
}
