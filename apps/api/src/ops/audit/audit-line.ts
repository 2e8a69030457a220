import type { AuditBook } from "@switchyard/broker/audit-store";
import type { Verdict } from "./chain-check.ts";
import type { WrittenEntry } from "./audit-entry.ts";

/** An entry as it is shown. */
export interface AuditLine {
  /** Of its row. */
  readonly id: string;
  readonly book: AuditBook;
  /** Undefined: it cannot be read. */
  readonly entry: WrittenEntry | undefined;
  readonly verdict: Verdict;
  /** An intent without an outcome. */
  readonly isOpen: boolean;
}
