import { defineScript } from "../define-script.ts";

export const listNodesScript = defineScript({
  file: new URL("./list-nodes.lua", import.meta.url),
  keys: ["expiry", "descriptions"],
  args: [],
  reply: (raw): string[] => (raw as (Buffer | null)[]).flatMap((entry) => (entry === null ? [] : [entry.toString()])),
});
