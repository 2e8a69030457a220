import type { NodeRegistry } from "@switchyard/broker/node-registry";
import { orUnavailable } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { infoSchema } from "./schema.ts";

/** `POST /api/info`, Centrifugo's; a body is not needed. */
export function showInfo(scope: Scope, { nodes }: { readonly nodes: Pick<NodeRegistry, "list"> }): void {
  scope.post("/api/info", { schema: infoSchema }, async () => ({
    result: { nodes: await orUnavailable(nodes.list()) },
  }));
}
