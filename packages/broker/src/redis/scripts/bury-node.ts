import { defineScript } from "../define-script.ts";

export const buryNodeScript = defineScript({
  file: new URL("./bury-node.lua", import.meta.url),
  keys: ["dead"],
  args: ["node", "claimedUntilMs"],
  reply: (raw): boolean => (raw as [number])[0] === 1,
});
