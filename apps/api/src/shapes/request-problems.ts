import type { TSchema } from "typebox";
import type { TLocalizedValidationError } from "typebox/error";
import Value from "typebox/value";
import { nearestName } from "@switchyard/runtime/nearest-name";
import { ApiError } from "../errors/api-error.ts";

/** Long lists help nobody, and to look for the nearest known name costs something for each. */
const shownProblems = 5;

export interface Problem {
  /** `backoff.delayMs`, `channels[3]`; empty for the whole. */
  readonly field: string;
  /** Completes `<field>: `. Never repeats what was sent, except the name of an unknown field. */
  readonly text: string;
}

/** Schema violations in the words of the caller; unknown fields first, for they explain the missing ones. */
export function describeProblems(schema: TSchema, errors: readonly TLocalizedValidationError[]): Problem[] {
  const problems = errors.flatMap((error) => toProblems(schema, error));
  return problems.toSorted((a, b) => Number(isUnknown(b)) - Number(isUnknown(a)));
}

/** One field is what a program can point at. `part` is what was checked: `body`, `querystring`, `params`. */
export function invalidRequest(problems: readonly Problem[], part: string): ApiError {
  const sentences = problems
    .slice(0, shownProblems)
    .map(({ field, text }) => `${field === "" ? `the ${part}` : field}: ${text}`);
  return new ApiError("invalid_request", sentences.join("; "), { field: problems[0]?.field || undefined });
}

function toProblems(schema: TSchema, error: TLocalizedValidationError): Problem[] {
  const field = fieldName(error.instancePath);
  const inside = (key: string) => (field === "" ? key : `${field}.${key}`);
  switch (error.keyword) {
    case "additionalProperties":
      // Where any name is known, what is wrong with its value has a report of its own.
      if (typeof placeOf(schema, error.schemaPath)?.["additionalProperties"] === "object") return [];
      return error.params.additionalProperties.slice(0, shownProblems).map((key) => ({
        field: inside(key.slice(0, 64)),
        text: `${unknownField}${suggestion(schema, error.schemaPath, key)}`,
      }));
    case "required":
      return error.params.requiredProperties
        .slice(0, shownProblems)
        .map((key) => ({ field: inside(key), text: "is missing" }));
    // The library reports an unknown key twice; the other report carries the name.
    case "boolean":
      return [];
    default:
      return [{ field, text: describe(schema, error) }];
  }
}

function describe(schema: TSchema, error: TLocalizedValidationError): string {
  switch (error.keyword) {
    case "pattern": {
      // A regular expression is no sentence; a schema that has one says what it means.
      return `must be ${(placeOf(schema, error.schemaPath)?.["hint"] as string | undefined) ?? "of another form"}`;
    }
    case "type":
      return `must be ${[error.params.type].flat().map(articled).join(" or ")}`;
    case "minLength":
      return error.params.limit === 1 ? "must not be empty" : `must have ${error.params.limit} characters or more`;
    case "maxLength":
      return `must have ${error.params.limit} characters or fewer`;
    case "minItems":
      return `must have ${error.params.limit} item or more`;
    case "maxItems":
      return `must have ${error.params.limit} items or fewer`;
    case "minimum":
      return `must be ${error.params.limit} or more`;
    case "maximum":
      return `must be ${error.params.limit} or less`;
    case "enum":
      return `must be one of ${error.params.allowedValues.map((value) => `\`${String(value)}\``).join(", ")}`;
    default:
      return error.message;
  }
}

const unknownField = "unknown field";

function isUnknown({ text }: Problem): boolean {
  return text.startsWith(unknownField);
}

function suggestion(schema: TSchema, schemaPath: string, key: string): string {
  const known = Object.keys(placeOf(schema, schemaPath)?.["properties"] ?? {});
  if (known.length === 0) return "; it takes none";
  const nearest = nearestName(key, known);
  return nearest === undefined ? `; known are ${known.join(", ")}` : `; did you mean \`${nearest}\`?`;
}

function placeOf(schema: TSchema, schemaPath: string): Readonly<Record<string, unknown>> | undefined {
  return Value.Pointer.Get(schema, schemaPath.slice(1)) as Readonly<Record<string, unknown>> | undefined;
}

function articled(type: string): string {
  if (type === "null") return type;
  return /^[aio]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** `/channels/3` is `channels[3]` to a person. */
function fieldName(pointer: string): string {
  return pointer
    .slice(1)
    .replaceAll(/\/(\d+)(?=\/|$)/g, "[$1]")
    .replaceAll("/", ".")
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}
