import { defineScript } from "../define-script.ts";

export const renewEpochScript = defineScript({
  file: new URL("./renew-epoch.lua", import.meta.url),
  keys: ["meta", "newest"],
  args: ["forked", "newEpoch"],
  reply: (raw): { renewed: boolean } => ({ renewed: (raw as [number])[0] === 1 }),
});
