import { createHmac, randomBytes } from "node:crypto";
import { secretsMatch } from "@switchyard/runtime/secrets-match";
import type { AuditRow } from "@switchyard/broker/audit-store";
import type { AuditEntry, WrittenEntry } from "./audit-entry.ts";

/** Ties each entry to the one before. Every process has chains of its own, so none waits for another. */
export interface AuditChain {
  next(entry: AuditEntry): { readonly text: string; readonly mac: string };
  /**
   * After an entry that could not be written: what follows begins a chain. What was on its way already behind that entry shows that one
   * is missing, which is so.
   */
  breakOff(): void;
}

export function createAuditChain(secret: string, now: () => number = Date.now): AuditChain {
  let [chain, seq, before] = [newName(), 0, ""];
  return {
    next(entry) {
      seq += 1;
      const written: WrittenEntry = { at: new Date(now()).toISOString(), chain, seq, ...entry };
      const text = JSON.stringify(written);
      before = macOf(secret, before, text);
      return { text, mac: before };
    },
    breakOff() {
      [chain, seq, before] = [newName(), 0, ""];
    },
  };
}

const newName = () => randomBytes(6).toString("base64url");

function macOf(secret: string, before: string, text: string): string {
  return createHmac("sha256", secret).update(before).update("\n").update(text).digest("base64url");
}

/**
 * `first`: the one before it is beyond what is looked at, or has made room, so it cannot be told. `missing`: entries before it were
 * taken out, or could not be written. `changed`: it, or the one before it, is not what was written, or was signed by another secret.
 */
export type Verdict = "right" | "first" | "missing" | "changed";

/** Judges entries of a book in the order in which they were written. */
export function createChainCheck(secret: string): (row: AuditRow) => Verdict {
  const last = new Map<string, { seq: number; mac: string }>();
  return ({ text, mac }) => {
    const { chain, seq } = placeOf(text);
    const before = last.get(chain);
    last.set(chain, { seq, mac });
    if (chain === "") return "changed";
    if (before === undefined && seq > 1) return "first";
    if (seq !== (before?.seq ?? 0) + 1) return "missing";
    return secretsMatch(mac, macOf(secret, before?.mac ?? "", text)) ? "right" : "changed";
  };
}

function placeOf(text: string): { readonly chain: string; readonly seq: number } {
  try {
    const { chain, seq } = JSON.parse(text) as Partial<WrittenEntry>;
    if (typeof chain === "string" && Number.isSafeInteger(seq)) return { chain, seq: Number(seq) };
  } catch {
    // Not ours.
  }
  return { chain: "", seq: 0 };
}
