import type { Revocation } from "../../revocation.ts";
import { clock, defineScript } from "../define-script.ts";
import { parseRevocation } from "./revocation-entry.ts";

const chunks = [clock, new URL("./chunks/kept-revocations.lua", import.meta.url)];

export const revokeScript = defineScript({
  file: new URL("./revoke.lua", import.meta.url),
  chunks,
  keys: ["entries", "blocks", "counter"],
  args: ["subject", "beforeMs", "untilMs", "announcement"],
  /** When Redis accepted it, in milliseconds. */
  reply: (raw): number => Number(String(raw as Buffer)),
});

export const setBlockScript = defineScript({
  file: new URL("./set-block.lua", import.meta.url),
  chunks,
  keys: ["entries", "blocks", "counter"],
  args: ["kind", "user", "untilMs", "announcement"],
  reply: (raw): { wasBlocked: boolean } => ({ wasBlocked: raw === 1 }),
});

export const readBlockScript = defineScript({
  file: new URL("./read-block.lua", import.meta.url),
  chunks,
  keys: ["entries", "blocks"],
  args: ["user"],
  /** Until when, in milliseconds; 0: not blocked. */
  reply: (raw): number => Number(String(raw as Buffer)),
});

export const restoreRevocationsScript = defineScript({
  file: new URL("./restore-revocations.lua", import.meta.url),
  chunks,
  keys: ["entries", "blocks", "counter"],
  args: ["known"],
  reply: (raw): number => Number(raw),
});

/** As the script takes them; see parseRevocation. */
export function packRevocations(revocations: readonly Revocation[]): string {
  return JSON.stringify(
    revocations.flatMap(({ kind, id, beforeMs, untilMs }) => [`${beforeMs}:${kind}:${id}`, String(untilMs)]),
  );
}

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
