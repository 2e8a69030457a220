import Type from "typebox";
import { callFailures, RpcError, rpcFailures } from "../../rpc/rpc-reply.ts";
import { retryOf } from "../../effect.ts";

/** What is checked of each line; its parameters are checked as at `/api/<method>`. */
export const Command = Type.Object(
  {
    id: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: "Stands in its reply, too." })),
    method: Type.String({ minLength: 1, description: "`publish`, `broadcast`, `history`, …" }),
    params: Type.Optional(
      Type.Unsafe<object>({ type: ["object", "array"], maxItems: 0, description: "The body of `POST /api/<method>`." }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ method: "publish", params: { user: "alice", data: { text: "hello" } } }],
  },
);

export const runCommandsSchema = {
  operationId: "command",
  "x-retry": retryOf.counts,
  summary: "Run commands, one a line",
  description:
    "Centrifugo's older form of the server API, for client libraries that know nothing else (gocent up to 3, cent up to 4, phpcent up to 4): one command, or several, each on a line of its own; the replies come in the same way and order. New programs call `/api/<method>` or `batch`.",
  tags: ["channels"],
  body: Command,
  response: {
    // Of several they are several documents, which no schema can say; so the handler writes text.
    200: Type.Unsafe<string>({
      ...Type.Union([Type.Object({ result: Type.Unknown() }), RpcError]),
      examples: [{ result: { offset: 42, epoch: "6mGHPZ2W" } }, ...callFailures(false)],
    }),
    ...rpcFailures,
  },
};
