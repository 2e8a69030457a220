import { defineScript } from "../define-script.ts";

export const renewNodeScript = defineScript({
  file: new URL("./renew-node.lua", import.meta.url),
  keys: ["expiry", "descriptions", "dead"],
  args: ["lease", "description", "leaseMs", "isNew"],
  reply(raw): { renewed: boolean; dead: number } {
    const [renewed, dead] = raw as [number, number];
    return { renewed: renewed === 1, dead };
  },
});
