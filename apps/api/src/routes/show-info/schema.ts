import Type from "typebox";
import { RpcReply, rpcFailures } from "../../rpc-reply.ts";

const Node = Type.Object({
  uid: Type.String(),
  name: Type.String(),
  version: Type.String(),
  num_clients: Type.Integer({ description: "Connections." }),
  num_users: Type.Integer(),
  num_subs: Type.Integer({ description: "Subscriptions of all connections." }),
  num_channels: Type.Integer(),
  uptime: Type.Number({ description: "Seconds." }),
});

export const infoSchema = {
  operationId: "info",
  summary: "The gateways that are alive",
  tags: ["channels"],
  response: { 200: RpcReply(Type.Object({ nodes: Type.Array(Node) })), ...rpcFailures },
};
