import type { AuditBook } from "@switchyard/broker/audit-store";
import type { AuditLine } from "./audit-line.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { type BookSpan, readBook } from "./read-book.ts";

/** Looked at by one search, in pieces, so that nobody waits for all of it. */
const examinedMax = 5_000;

export interface AuditQuestion extends BookSpan {
  readonly books: readonly AuditBook[];
  readonly isMeant: (line: AuditLine) => boolean;
  readonly limit: number;
}

export interface AuditFound {
  /** The newest first. */
  readonly lines: readonly AuditLine[];
  /** Where to go on, as the `before` of the next question; undefined: that was all. */
  readonly before: string | undefined;
  readonly examined: number;
}

/** Walks books from the newest entry back until it has what was asked for, or has looked at enough. */
export async function searchAudit(trail: AuditTrail, question: AuditQuestion): Promise<AuditFound> {
  const { books, isMeant, limit, ...span } = question;
  const lines: AuditLine[] = [];
  let examined = 0;
  let before: string | undefined;
  for await (const line of newestFirst(books.map((book) => readBook(trail, book, span)))) {
    // Two books may have rows of one id, which are not parted: the next page begins before both.
    if (line.id !== before && (lines.length >= limit || examined >= examinedMax)) return { lines, before, examined };
    examined += 1;
    before = line.id;
    if (isMeant(line)) lines.push(line);
  }
  return { lines, before: undefined, examined };
}

/** Several books as one. */
async function* newestFirst(readings: readonly AsyncGenerator<AuditLine, void>[]): AsyncGenerator<AuditLine, void> {
  const heads = await Promise.all(readings.map(async (reading) => ({ reading, next: await reading.next() })));
  for (;;) {
    const newest = heads.reduce((best, head) => (isNewer(head.next.value, best.next.value) ? head : best));
    if (newest.next.value === undefined) return;
    yield newest.next.value;
    newest.next = await newest.reading.next();
  }
}

function isNewer(line: AuditLine | void, other: AuditLine | void): boolean {
  if (line === undefined || other === undefined) return line !== undefined;
  const [[ms = 0, seq = 0], [otherMs = 0, otherSeq = 0]] = [partsOf(line.id), partsOf(other.id)];
  return ms === otherMs ? seq > otherSeq : ms > otherMs;
}

const partsOf = (id: string): readonly number[] => id.split("-").map(Number);
