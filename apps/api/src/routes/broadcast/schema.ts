import Type from "typebox";
import { RpcReply, rpcFailures } from "../../rpc-reply.ts";
import { BroadcastResult, messageFields } from "../publish/schema.ts";

export const broadcastSchema = {
  operationId: "broadcast",
  summary: "Publish the same to many channels",
  description: "One channel that fails does not keep the others from theirs: look at each of `responses`.",
  tags: ["channels"],
  body: Type.Object(
    {
      channels: Type.Array(Type.String(), { minItems: 1, maxItems: 1000, description: "Where to, 1000 at most." }),
      ...messageFields,
    },
    {
      additionalProperties: false,
      examples: [{ channels: ["user:alice", "user:bob"], data: { text: "maintenance at noon" } }],
    },
  ),
  response: { 200: RpcReply(BroadcastResult), ...rpcFailures },
};
