import type { NodeRegistry } from "@switchyard/broker/node-registry";
import { orUnavailable } from "../../or-unavailable.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { infoSpec } from "./schema.ts";

/** `POST /api/info`, Centrifugo's; a body is not needed. */
export function showInfo({ nodes }: { readonly nodes: Pick<NodeRegistry, "list"> }): RpcCommand {
  return defineRpc(infoSpec, async () => ({ nodes: await orUnavailable(nodes.list()) }));
}
