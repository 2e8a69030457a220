import { defineScript } from "../define-script.ts";

export const revokeScript = defineScript({
  file: new URL("./revoke.lua", import.meta.url),
  keys: ["entries", "counter"],
  args: ["subject", "untilMs", "announcement"],
  /** When Redis accepted it, in milliseconds. */
  reply: (raw): number => Number(String(raw as Buffer)),
});
