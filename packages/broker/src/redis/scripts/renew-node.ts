import { defineScript } from "../define-script.ts";

export const renewNodeScript = defineScript({
  file: new URL("./renew-node.lua", import.meta.url),
  keys: ["expiry", "descriptions"],
  args: ["uid", "description", "leaseMs"],
  reply: (raw): { swept: number } => ({ swept: (raw as [number])[0] }),
});
