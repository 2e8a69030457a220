import Type, { type TSchema } from "typebox";

/** `{"result": …}` or `{"error": {"code", "message"}}`, as Centrifugo's server API answers. */
export function RpcReply<T extends TSchema>(result: T) {
  return Type.Union([Type.Object({ result }), RpcError]);
}

export const RpcError = Type.Object(
  {
    error: Type.Object({
      code: Type.Integer({ description: "100 internal, 102 unknown channel, 107 bad request, …" }),
      message: Type.String({ description: "For people: the field, the bound, and what to change." }),
    }),
  },
  { examples: [{ error: { code: 107, message: "bad request: channel: must not be empty" } }] },
);

/** What never got as far as the call: no key, no JSON, too large. */
export const rpcFailures = {
  400: { description: "The body is not JSON.", ...RpcError },
  401: { description: "The API key is missing or wrong.", ...RpcError },
  403: { description: "The API key lacks the scope; the message names it.", ...RpcError },
  413: { description: "The body exceeds api.body_limit.", ...RpcError },
  415: { description: "The body is not declared as JSON.", ...RpcError },
};
