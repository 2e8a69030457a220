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
  /** The newest first, those before a row's id where one is given. */
  newest(
    book: AuditBook,
    page: { readonly before?: string | undefined; readonly limit: number },
  ): Promise<readonly AuditRow[]>;
  /** The oldest first, those after a row's id where one is given. */
  oldest(
    book: AuditBook,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly AuditRow[]>;
  close(): Promise<void>;
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
