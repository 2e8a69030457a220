/** `GET /ops/api/audit`: a page of a book, or of all of them, the newest first. */
export interface AuditPageAnswer {
  readonly lines: readonly AuditLineAnswer[];
  /** Of the next page; null: that was all. */
  readonly before: string | null;
  /** Entries that were looked at for this page. */
  readonly examined: number;
  /** Entries that there are. */
  readonly total: number;
  /** It has as many as it was asked for, or all that there are; false: it has looked at enough for once. */
  readonly isComplete: boolean;
}

export interface AuditLineAnswer {
  readonly id: string;
  readonly book: "people" | "keys" | "refusals";
  /** Null: it cannot be read. */
  readonly entry: AuditEntryAnswer | null;
  /** Whether it is what was written, and after what was written. */
  readonly verdict: "right" | "first" | "missing" | "changed";
  /** An intent without an outcome. */
  readonly isOpen: boolean;
}

export interface AuditEntryAnswer {
  readonly at: string;
  readonly kind: "intent" | "outcome" | "login" | "logout" | "refused";
  readonly act: string;
  readonly actor: string;
  readonly via: "page" | "key";
  readonly address?: string;
  readonly action: string;
  readonly target?: object;
  readonly details?: object;
  readonly reason?: string;
  /** Of an intent. */
  readonly before?: object;
  /** Of an outcome. */
  readonly after?: object;
  readonly status?: number;
  readonly why?: string;
}
