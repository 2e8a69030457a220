import type { AuditBook, AuditRow } from "@switchyard/broker/audit-store";
import { type AuditFilter, createAuditFilter } from "./audit-filter.ts";
import type { AuditLine } from "./audit-line.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { type BookSpan, readBook } from "./read-book.ts";
import { readEntry } from "./read-entry.ts";

/** Read at once: half a MiB. */
const batchSize = 1_000;

export interface AuditExport extends Omit<BookSpan, "before"> {
  readonly books: readonly AuditBook[];
  readonly filter: AuditFilter;
}

/** What is looked for, as lines of NDJSON, the oldest first and book by book; a piece of text for each batch that was read. */
export async function* exportAudit(
  trail: AuditTrail,
  { books, filter, ...span }: AuditExport,
): AsyncGenerator<string, void> {
  const isMeant = createAuditFilter(filter);
  for (const book of books) {
    const open = filter.outcome === "open" ? await openActs(trail, book, span) : new Set<string>();
    const { isFull, behindGap } = await trail.gaps(book);
    const check = trail.check({ behindGap, isWhole: span.sinceMs === undefined && !isFull });
    for (let rows = await trail.oldest(book, { ...span, limit: batchSize }); rows.length > 0;) {
      yield rows
        .map((row) => {
          const [entry, verdict] = [readEntry(row.text), check(row)];
          const line = { id: row.id, book, entry, verdict, isOpen: entry?.kind === "intent" && open.has(entry.act) };
          return isMeant(line) ? lineOf(row, line) : "";
        })
        .join("");
      rows = await trail.oldest(book, { ...span, after: rows.at(-1)?.id, limit: batchSize });
    }
  }
}

/** The entry stands there byte by byte, so that its mac can be computed again. */
function lineOf({ id, text, mac }: AuditRow, line: Pick<AuditLine, "book" | "entry" | "verdict">): string {
  // The hub writes no line breaks; one in a forged entry would make two lines of it.
  const entry = line.entry === undefined || text.includes("\n") ? JSON.stringify(text) : text;
  return `{"id":"${id}","book":"${line.book}","verdict":"${line.verdict}","mac":${JSON.stringify(mac)},"entry":${entry}}\n`;
}

/** From the oldest on nobody knows yet whether an outcome comes. */
async function openActs(trail: AuditTrail, book: AuditBook, span: BookSpan): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  for await (const { entry, isOpen } of readBook(trail, book, span))
    if (isOpen && entry !== undefined) open.add(entry.act);
  return open;
}
