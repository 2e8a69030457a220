import type { AuditBook, AuditRow } from "@switchyard/broker/audit-store";
import { createOpenIntents } from "./open-intents.ts";
import type { AuditLine } from "./audit-line.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { readEntry } from "./read-entry.ts";

/** Read at once: an eighth of a MiB, which Redis and this process each have in well under a millisecond or two. */
const chunkSize = 250;
/** Of what is newer than a page, for the outcomes of its intents. */
const newerMax = 500;

export interface BookSpan {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** Id of the row before which it begins. */
  readonly before?: string | undefined;
}

type Reading = Pick<AuditTrail, "newest" | "oldest" | "gaps" | "check">;

/** The id of an entry that is not proved yet, since the one before it in its chain has not been read. */
interface Unproved {
  readonly row: AuditRow;
  readonly line: { verdict: AuditLine["verdict"] };
}

/**
 * The entries of a book, the newest first, and none but those that somebody takes. What a verdict rests on is older than its entry: where
 * that has not been read yet the verdict is `first`, and becomes what it is as the reading goes on.
 */
export async function* readBook(trail: Reading, book: AuditBook, span: BookSpan): AsyncGenerator<AuditLine, void> {
  const isOpen = await readOpenIntents(trail, book, span);
  const { isFull, behindGap } = await trail.gaps(book);
  let unproved: readonly Unproved[] = [];
  for (let { before } = span; ;) {
    const rows = await trail.newest(book, { ...span, before, limit: chunkSize });
    const isAtBeginning = rows.length < chunkSize && span.sinceMs === undefined;
    const check = trail.check({ behindGap, isWhole: isAtBeginning && !isFull });
    const judged = rows.toReversed().map((row) => {
      const entry = readEntry(row.text);
      return { row, line: { id: row.id, book, entry, verdict: check(row), isOpen: false } };
    });
    for (const { row, line } of unproved) line.verdict = check(row);
    unproved = [...judged, ...unproved].filter(({ line: { verdict } }) => verdict === "first");
    for (const { line } of judged.toReversed()) yield Object.assign(line, { isOpen: isOpen(line.entry) });
    if (rows.length < chunkSize) return;
    before = rows.at(-1)?.id;
  }
}

/** Outcomes stand after their intents, so what is newer than the page has some of them. */
async function readOpenIntents(trail: Reading, book: AuditBook, { before, untilMs }: BookSpan) {
  const fromMs = before === undefined ? untilMs : Number(before.split("-", 1)[0]);
  if (fromMs === undefined) return createOpenIntents([], true);
  const newer = await trail.oldest(book, { sinceMs: fromMs, limit: newerMax });
  return createOpenIntents(
    newer.toReversed().flatMap(({ text }) => readEntry(text) ?? []),
    newer.length < newerMax,
  );
}
