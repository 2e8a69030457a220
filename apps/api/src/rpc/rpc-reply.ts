import { errorCodes, type ErrorName } from "@switchyard/protocol/error-codes";
import Type, { type Static, type TSchema } from "typebox";

/** `{"result": …}` or `{"error": {"code", "message"}}`, as Centrifugo's server API answers. */
export function RpcReply<T extends TSchema>(result: T) {
  return Type.Union([Type.Object({ result }), RpcError]);
}

export const RpcError = Type.Object(
  {
    error: Type.Object({
      code: Type.Integer({ description: "100 internal, 102 unknown channel, 107 bad request, 400 outcome unknown, …" }),
      message: Type.String({ description: "For people: the field, the bound, and what to change." }),
    }),
  },
  { title: "RpcError" },
);

const failure = (name: ErrorName, description: string, detail: string) => {
  const { code, message } = errorCodes[name];
  const example: Static<typeof RpcError> = { error: { code, message: `${message}: ${detail}` } };
  return { ...RpcError, description, examples: [example] };
};

/** What never got as far as the call: no key, no JSON, too large. */
export const rpcFailures = {
  400: failure("badRequest", "The body is not JSON.", "the body is not valid JSON (at position 1)"),
  401: failure("unauthorized", "The API key is missing or wrong.", "send the API key in the header X-API-Key"),
  403: failure(
    "permissionDenied",
    "The API key lacks the scope; the message names it.",
    "the key `shop` lacks the scope `publish`",
  ),
  413: failure("limitExceeded", "The body exceeds api.body_limit.", "the body is larger than 1048576 bytes"),
  415: failure("badRequest", "The body is not declared as JSON.", "send the body as JSON"),
};

/** The errors that any call understood may answer, with status 200. */
export function callFailures(isReading: boolean): Static<typeof RpcError>[] {
  const names: readonly ErrorName[] = isReading
    ? ["badRequest", "internal"]
    : ["badRequest", "internal", "outcomeUnknown"];
  return names.map((name) => ({ error: { code: errorCodes[name].code, message: errorCodes[name].message } }));
}
