/**
 * What was done by whom, in Redis: it can be added to and read, and there is no way to change or remove what is in it but its bound.
 * There are three books, so that none can be pushed out by what strangers or back ends do: what people do, what is done with API keys,
 * and what was refused.
 *
 * Everything throws HubError 100 when Redis does not answer, or refuses.
 */
export interface AuditStore {
  /** Resolved when it is written. What is appended without waiting stands in the order of the calls. */
  append(book: AuditBook, entry: Omit<AuditRow, "id">): Promise<void>;
  /** The newest first. */
  newest(book: AuditBook, page: AuditPage & { readonly before?: string | undefined }): Promise<readonly AuditRow[]>;
  /** The oldest first. */
  oldest(book: AuditBook, page: AuditPage & { readonly after?: string | undefined }): Promise<readonly AuditRow[]>;
  /** How many entries a book has. */
  count(book: AuditBook): Promise<number>;
  close(): Promise<void>;
}

/** At most `limit` rows, those before or after a row's id where one is given, and written at such times by the clock of Redis. */
export interface AuditPage {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly limit: number;
}

export const auditBooks = ["people", "keys", "refusals"] as const;
export type AuditBook = (typeof auditBooks)[number];

export interface AuditRow {
  /** Of the stream, in the order in which they were written. */
  readonly id: string;
  /** JSON, byte by byte as it was written. */
  readonly text: string;
  /** Ties it to the one before. */
  readonly mac: string;
}
