import { defineScript } from "../define-script.ts";

export const removeHistoryScript = defineScript({
  file: new URL("./remove-history.lua", import.meta.url),
  chunks: ["kept-state"],
  keys: ["stream", "meta", "state"],
  args: ["metaTtlMs"],
  reply: (raw): { removed: boolean } => ({ removed: (raw as [number])[0] === 1 }),
});
