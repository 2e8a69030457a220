import type { DeadNode } from "../../node-registry.ts";
import { defineScript } from "../define-script.ts";

export const claimDeadNodeScript = defineScript({
  file: new URL("./claim-dead-node.lua", import.meta.url),
  keys: ["expiry", "descriptions", "dead"],
  args: ["claimMs"],
  reply(raw): DeadNode | undefined {
    const [node, claimedUntilMs] = raw as [Buffer, number] | [];
    return node === undefined || claimedUntilMs === undefined ? undefined : { node: node.toString(), claimedUntilMs };
  },
});
