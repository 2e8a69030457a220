import type { DeadNode } from "../../node-registry.ts";
import { defineScript } from "../define-script.ts";

export const renewNodeScript = defineScript({
  file: new URL("./renew-node.lua", import.meta.url),
  keys: ["expiry", "descriptions", "dead"],
  args: ["lease", "description", "leaseMs", "isNew"],
  reply(raw): { renewed: boolean; dead: number; nextMs: number | undefined } {
    const [renewed, dead, nextMs] = raw as [number, number, number];
    return { renewed: renewed === 1, dead, nextMs: nextMs < 0 ? undefined : nextMs };
  },
});

export const listNodesScript = defineScript({
  file: new URL("./list-nodes.lua", import.meta.url),
  keys: ["expiry", "descriptions"],
  args: [],
  reply: (raw): string[] => (raw as (Buffer | null)[]).flatMap((entry) => (entry === null ? [] : [entry.toString()])),
});

export const listLeasesScript = defineScript({
  file: new URL("./list-leases.lua", import.meta.url),
  keys: ["expiry"],
  args: [],
  reply: (raw): ReadonlySet<string> => new Set((raw as Buffer[]).map(String)),
});

export const claimDeadNodeScript = defineScript({
  file: new URL("./claim-dead-node.lua", import.meta.url),
  keys: ["expiry", "descriptions", "dead"],
  args: ["claimMs"],
  reply(raw): DeadNode | undefined {
    const [node, claimedUntilMs] = raw as [Buffer, number] | [];
    return node === undefined || claimedUntilMs === undefined ? undefined : { node: node.toString(), claimedUntilMs };
  },
});

export const buryNodeScript = defineScript({
  file: new URL("./bury-node.lua", import.meta.url),
  keys: ["dead"],
  args: ["node", "claimedUntilMs"],
  reply: (raw): boolean => (raw as [number])[0] === 1,
});
