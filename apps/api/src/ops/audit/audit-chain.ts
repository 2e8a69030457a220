import { createHmac, randomBytes } from "node:crypto";
import type { AuditEntry, WrittenEntry } from "./audit-entry.ts";

/** Ties each entry to the one before. Every process has chains of its own, so none waits for another. */
export interface AuditChain {
  next(entry: AuditEntry): { readonly text: string; readonly mac: string };
  /** Redis has given an entry this id: what is written from now on says that it comes behind it. */
  stands(id: string): void;
  /**
   * After an entry that could not be written: what follows begins a chain. What was on its way already behind that entry shows that one
   * is missing, which is so.
   */
  breakOff(): void;
}

export function createAuditChain(secret: string, now: () => number = Date.now): AuditChain {
  let [chain, seq, before] = [newName(), 0, ""];
  let newestId: string | undefined;
  return {
    next(entry) {
      seq += 1;
      const previous = seq > 1 && { previous: { mac: before, ...(newestId !== undefined && { id: newestId }) } };
      const written: WrittenEntry = { at: new Date(now()).toISOString(), chain, seq, ...previous, ...entry };
      const text = JSON.stringify(written);
      before = macOf(secret, before, text);
      return { text, mac: before };
    },
    stands(id) {
      newestId = id;
    },
    breakOff() {
      [chain, seq, before] = [newName(), 0, ""];
    },
  };
}

const newName = () => randomBytes(6).toString("base64url");

/** @param before the mac of the entry before it in its chain; empty for the first */
export function macOf(secret: string, before: string, text: string): string {
  return createHmac("sha256", secret).update(before).update("\n").update(text).digest("base64url");
}
