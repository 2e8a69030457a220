import { type Findings, judgeStory } from "./judge-story.ts";
import type { LedgerRecord } from "./ledger-record.ts";
import { PublicationBook } from "./publication-book.ts";
import { countReusedOffsets } from "./reused-offsets.ts";
import { readStories } from "./span.ts";
import { measureTimes, type Times } from "./times.ts";

/**
 * What a run came to. Every count in `promises` must be 0 whatever was done to the system; the rest describes the run.
 */
export interface Verdict {
  readonly promises: Promises;
  readonly facts: Facts;
  readonly times: Times;
  /** The first findings in words, for the message of a failing test. */
  readonly examples: readonly string[];
}

export interface Promises {
  /** Acknowledged, never delivered, to a client that was told nothing. Counted per client. */
  readonly lostAcked: number;
  /** Holes nobody announced: missing offsets, missing tails, a fresh start in the middle. */
  readonly silentGaps: number;
  /** Handed to the application twice. */
  readonly duplicates: number;
  /** Handed over after a later one. */
  readonly reordered: number;
  /** Handed over, never published (or refused). */
  readonly phantoms: number;
  /** Clients that went from one history into another one without being told. */
  readonly silentForks: number;
  /** Offsets of one epoch that stood for two messages; after a loss they leap instead (docs/decisions/0004). */
  readonly reusedOffsets: number;
}

export interface Facts {
  readonly acked: number;
  readonly refused: number;
  /** Never resolved by a retry; and how many of them were delivered all the same. */
  readonly unknown: number;
  readonly unknownDelivered: number;
  readonly deliveries: number;
  readonly viaRecovery: number;
  readonly subscriptions: number;
  readonly recovered: number;
  readonly announced: number;
  /** Subscriptions that were not back when the run ended. */
  readonly awayAtEnd: number;
  /** Acknowledged, then lost by the store: their places in the sequence, or earlier ones, were given to others. */
  readonly lostByStore: number;
  /** Places in the sequence of a channel at which more than one message was seen: the store lost one and went on with another. */
  readonly forkedPositions: number;
  /** Published again by a retry whose first attempt the store had forgotten. */
  readonly repeatedAfterLoss: number;
  /** Closed connections by code. */
  readonly closes: Readonly<Record<number, number>>;
}

/** Pure: the same lines give the same verdict, in whatever order the parties' ledgers were joined. */
export function judge(lines: readonly LedgerRecord[]): Verdict {
  const records = lines.map(inSequence);
  const book = new PublicationBook();
  const clientRecords = [];
  const closes: Record<number, number> = {};
  for (const record of records) {
    if (record.kind === "publish") book.addAttempt(record);
    else if (record.kind !== "fault") clientRecords.push(record);
    if (record.kind === "delivery") book.addDelivery(record);
    if (record.kind === "closed") closes[record.code] = (closes[record.code] ?? 0) + 1;
  }
  const stories = readStories(clientRecords);
  const found: Findings = {
    lostAcked: 0,
    silentGaps: 0,
    duplicates: 0,
    reordered: 0,
    phantoms: 0,
    silentForks: 0,
    repeatedAfterLoss: 0,
    delivered: new Set(),
    examples: [],
  };
  for (const story of stories) judgeStory(story, book, found);
  const { lostAcked, silentGaps, duplicates, reordered, phantoms, silentForks } = found;
  const publications = Array.from(book.all);
  const outcomes = Object.groupBy(publications, ({ outcome }) => outcome);
  const deliveries = clientRecords.filter((record) => record.kind === "delivery");
  const sum = (count: (story: (typeof stories)[number]) => number) =>
    stories.reduce((total, story) => total + count(story), 0);
  return {
    promises: {
      lostAcked,
      silentGaps,
      duplicates,
      reordered,
      phantoms,
      silentForks,
      reusedOffsets: countReusedOffsets(lines),
    },
    facts: {
      acked: outcomes.ack?.length ?? 0,
      refused: outcomes.refused?.length ?? 0,
      unknown: outcomes.unknown?.length ?? 0,
      unknownDelivered: (outcomes.unknown ?? []).filter(({ id }) => found.delivered.has(id)).length,
      deliveries: deliveries.length,
      viaRecovery: deliveries.filter(({ viaRecovery }) => viaRecovery).length,
      subscriptions: stories.length,
      recovered: sum(({ recoveries }) => recoveries),
      announced: sum(({ announcements }) => announcements),
      awayAtEnd: stories.filter(({ isOpen }) => !isOpen).length,
      lostByStore: publications.filter((publication) => book.isLostByStore(publication)).length,
      forkedPositions: book.forkedPositions,
      repeatedAfterLoss: found.repeatedAfterLoss,
      closes,
    },
    times: measureTimes(records, book),
    examples: found.examples,
  };
}

const leapUnit = 1_000_000_000;

/**
 * Offsets leap by a multiple of a billion when another Redis process continues a stream, so the last nine digits count on
 * without a hole. In them what was lost and what replaced it have the same place, which is how a client that was led from one
 * into the other is seen. `leap` tells them apart, as a publisher that got no answer publishes the same message in both.
 */
function inSequence(record: LedgerRecord): LedgerRecord {
  if (!("offset" in record) || record.offset === undefined) return record;
  return { ...record, offset: record.offset % leapUnit, leap: Math.floor(record.offset / leapUnit) } as LedgerRecord;
}

/** What a hub that keeps all of them is found to have broken. */
export const keptPromises: Promises = {
  lostAcked: 0,
  silentGaps: 0,
  duplicates: 0,
  reordered: 0,
  phantoms: 0,
  silentForks: 0,
  reusedOffsets: 0,
};
