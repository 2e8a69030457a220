import Type from "typebox";

const Node = Type.Object(
  {
    uid: Type.String(),
    name: Type.String(),
    version: Type.String(),
    num_clients: Type.Integer({ description: "Connections." }),
    num_users: Type.Integer(),
    num_subs: Type.Integer({ description: "Subscriptions of all connections." }),
    num_channels: Type.Integer(),
    uptime: Type.Number({ description: "Seconds." }),
  },
  { title: "Node" },
);

export const infoSpec = {
  method: "info",
  effect: "reads" as const,
  summary: "The gateways that are alive",
  result: Type.Object({ nodes: Type.Array(Node) }, { title: "InfoResult" }),
  results: [
    {
      nodes: [
        {
          uid: "Zp0oGzQ5",
          name: "gateway-1",
          version: "0.1.0",
          num_clients: 1200,
          num_users: 800,
          num_subs: 3600,
          num_channels: 900,
          uptime: 86_400,
        },
      ],
    },
  ],
};
