import { defineScript } from "../define-script.ts";

export const listLeasesScript = defineScript({
  file: new URL("./list-leases.lua", import.meta.url),
  keys: ["expiry"],
  args: [],
  reply: (raw): ReadonlySet<string> => new Set((raw as Buffer[]).map(String)),
});
