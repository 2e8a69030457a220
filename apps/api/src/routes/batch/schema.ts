import Type from "typebox";
import { commandsMax } from "../../rpc/command-runner.ts";
import { RpcError, rpcFailures } from "../../rpc/rpc-reply.ts";
import { retryOf } from "../../effect.ts";

export const batchSchema = {
  operationId: "batch",
  "x-retry": retryOf.counts,
  summary: "Run many commands in one request",
  description:
    'Each command is an object with one key, the method, and its body: `{"publish": {…}}`. Replies come in the order of the commands, each with the method\'s result under its name, or with `error`; one that fails does not keep the others from theirs. Any command but `batch` itself may be in it. When Redis does not answer, or after 20 s, the rest is not tried (error 100).',
  tags: ["channels"],
  body: Type.Object(
    {
      // Of any kind: one that is no object is refused in its own place, and not with all the others.
      commands: Type.Array(Type.Unknown({ description: 'An object with one key, the method: `{"publish": {…}}`.' }), {
        maxItems: commandsMax,
        description: `${commandsMax} at most.`,
      }),
      parallel: Type.Optional(
        Type.Boolean({ default: false, description: "Do not wait for one before the next: faster, in any order." }),
      ),
      group_publications: Type.Optional(
        Type.Boolean({ description: "Accepted for Centrifugo's client libraries, without effect." }),
      ),
    },
    {
      additionalProperties: false,
      examples: [
        {
          commands: [
            { publish: { user: "alice", data: { text: "one" } } },
            { history: { channel: "user:alice", limit: 1, reverse: true } },
          ],
        },
      ],
    },
  ),
  response: {
    200: Type.Object(
      { replies: Type.Array(Type.Union([Type.Record(Type.String(), Type.Unknown()), RpcError])) },
      {
        examples: [
          {
            replies: [
              { publish: { offset: 42, epoch: "6mGHPZ2W" } },
              { error: { code: 107, message: "bad request: channel: must not be empty" } },
            ],
          },
        ],
      },
    ),
    ...rpcFailures,
  },
};
