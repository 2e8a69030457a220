/** `GET /ops/api/audit`: a page of one book, the newest first. */
export interface AuditPageAnswer {
  readonly lines: readonly AuditLineAnswer[];
  /** Of the next page; null: that was all. */
  readonly before: string | null;
}

export interface AuditLineAnswer {
  readonly id: string;
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
