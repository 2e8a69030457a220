import Type from "typebox";

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

export const infoSpec = {
  method: "info",
  effect: "reads" as const,
  summary: "The gateways that are alive",
  result: Type.Object({ nodes: Type.Array(Node) }),
};
