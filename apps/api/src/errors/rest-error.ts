import Type, { type Static } from "typebox";
import { type ApiError, apiErrors, type ApiErrorCode } from "./api-error.ts";

export const RestErrorBody = Type.Object({
  code: Type.String({ description: "Stable; for programs." }),
  message: Type.String({ description: "For people: what is wrong and what to change." }),
  field: Type.Optional(Type.String({ description: "The field at fault, as a path." })),
  redis: Type.Optional(
    Type.Literal("refuses", {
      description:
        "Beside `unavailable`: Redis answers and refuses, as when it is full or a replica. Without it there was no answer.",
    }),
  ),
});

const RestError = Type.Object({ error: RestErrorBody }, { title: "Error" });

/** What leaves the process of a failure. */
export function toRestError({ code, publicMessage, field, redis }: ApiError): Static<typeof RestErrorBody> {
  return { code, message: publicMessage, ...(field !== undefined && { field }), ...(redis && { redis }) };
}

/** The error replies of a route, by status and each with an example for every code, for its documentation. */
export function restFailures<C extends ApiErrorCode>(...codes: readonly C[]) {
  const byStatus: Record<number, typeof RestError & { description: string; examples: object[] }> = {};
  for (const code of codes) {
    const { status, meaning } = apiErrors[code];
    const { description, examples = [] } = byStatus[status] ?? {};
    const sentence = `\`${code}\`: ${meaning}`;
    byStatus[status] = {
      ...RestError,
      description: description === undefined ? sentence : `${description} ${sentence}`,
      examples: [...examples, { error: { code, message: meaning } }],
    };
  }
  return byStatus;
}

/** What every route that reads may answer. */
export const whenReading = ["invalid_request", "unauthorized", "forbidden", "unavailable"] as const;
/** What every route that changes something by a body may answer. */
export const whenChanging = [
  "invalid_json",
  "body_too_large",
  "unsupported_media_type",
  ...whenReading,
  "outcome_unknown",
] as const;
