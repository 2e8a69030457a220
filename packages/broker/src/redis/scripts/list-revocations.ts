import type { Revocation } from "../../revocation.ts";
import { defineScript } from "../define-script.ts";
import { parseRevocation } from "../revocation-entry.ts";

export const listRevocationsScript = defineScript({
  file: new URL("./list-revocations.lua", import.meta.url),
  keys: ["entries", "counter"],
  args: [],
  reply(raw): { count: number; revocations: readonly Revocation[] } {
    const [count, flat] = raw as [number, Buffer[]];
    const revocations = flat.flatMap((entry, index) => {
      if (index % 2 === 1) return [];
      return parseRevocation(String(entry), Number(String(flat[index + 1]))) ?? [];
    });
    return { count, revocations };
  },
});
