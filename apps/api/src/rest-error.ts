import Type, { type Static } from "typebox";
import { type ApiError, apiErrors, type ApiErrorCode } from "./api-error.ts";

export const RestErrorBody = Type.Object({
  code: Type.String({ description: "Stable; for programs." }),
  message: Type.String({ description: "For people: what is wrong and what to change." }),
  field: Type.Optional(Type.String({ description: "The field at fault, as a path." })),
});

const RestError = Type.Object({ error: RestErrorBody });

/** What leaves the process of a failure. */
export function toRestError({ code, publicMessage, field }: ApiError): Static<typeof RestErrorBody> {
  return { code, message: publicMessage, ...(field !== undefined && { field }) };
}

/** The error replies of a route, by status, for its documentation. */
export function restFailures<C extends ApiErrorCode>(...codes: readonly C[]) {
  const byStatus: Record<number, { description: string } & typeof RestError> = {};
  for (const code of codes) {
    const { status, meaning } = apiErrors[code];
    const before = byStatus[status]?.description;
    const description = `\`${code}\`: ${meaning}`;
    byStatus[status] = { ...RestError, description: before === undefined ? description : `${before} ${description}` };
  }
  return byStatus;
}
