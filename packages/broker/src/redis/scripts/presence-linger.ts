import { defineScript } from "../define-script.ts";

export const presenceLingerScript = defineScript({
  file: new URL("./presence-linger.lua", import.meta.url),
  keys: ["members", "leaving"],
  args: ["client"],
  reply: (raw): boolean => (raw as [number])[0] === 1,
});
