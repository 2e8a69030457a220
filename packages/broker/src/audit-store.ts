/**
 * What was done by whom, in Redis: it can be added to and read, and there is no way to change or remove what is in it but its bound.
 * There are three books, so that none can be pushed out by what strangers or back ends do: what people do, what is done with API keys,
 * and what was refused.
 *
 * Everything throws HubError 100 when Redis does not answer, or refuses.
 */
export interface AuditStore {
  /** Resolved with its id when it is written. What is appended without waiting stands in the order of the calls. */
  append(book: AuditBook, entry: Omit<AuditRow, "id">): Promise<string>;
  /** The newest first. */
  newest(book: AuditBook, page: AuditPage & { readonly before?: string | undefined }): Promise<readonly AuditRow[]>;
  /** The oldest first. */
  oldest(book: AuditBook, page: AuditPage & { readonly after?: string | undefined }): Promise<readonly AuditRow[]>;
  /** How many entries a book has. */
  count(book: AuditBook): Promise<number>;
  /** What can be told of entries that are not there any more. */
  gaps(book: AuditBook): Promise<AuditGaps>;
  close(): Promise<void>;
}

/** At most `limit` rows, those before or after a row's id where one is given, and written at such times by the clock of Redis. */
export interface AuditPage {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly limit: number;
}

export interface AuditGaps {
  /** It has as many entries as are kept, so older ones may have made room. A book with fewer has never lost one by itself. */
  readonly isFull: boolean;
  /** Id of the first entry behind the newest place where others were taken out by hand; undefined: there is none, or it has made room since. */
  readonly behindGap: string | undefined;
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
