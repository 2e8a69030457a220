import type { NodeDescription, NodeRegistry } from "@switchyard/broker/node-registry";
import Type from "typebox";
import { orUnavailable } from "../errors/or-unavailable.ts";
import { defineRpc, type RpcCommand } from "../rpc/rpc-command.ts";

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

const infoSpec = {
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

/** `POST /api/info`, Centrifugo's; a body is not needed. */
export function showInfo({ nodes }: { readonly nodes: Pick<NodeRegistry, "list"> }): RpcCommand {
  return defineRpc(infoSpec, async () => {
    const listed = await orUnavailable(nodes.list());
    return { nodes: listed.map(toNode) };
  });
}

/** What it was started with is for who looks after the hub. */
function toNode(listed: NodeDescription): Omit<NodeDescription, "settings"> {
  const node = { ...listed };
  delete node.settings;
  return node;
}
