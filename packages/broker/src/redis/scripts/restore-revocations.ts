import type { Revocation } from "../../revocation.ts";
import { defineScript } from "../define-script.ts";

export const restoreRevocationsScript = defineScript({
  file: new URL("./restore-revocations.lua", import.meta.url),
  keys: ["entries", "counter"],
  args: ["known"],
  reply: (raw): number => Number(raw),
});

/** As the script takes them; see parseRevocation. */
export function packRevocations(revocations: readonly Revocation[]): string {
  return JSON.stringify(
    revocations.flatMap(({ kind, id, beforeMs, untilMs }) => [`${beforeMs}:${kind}:${id}`, String(untilMs)]),
  );
}
