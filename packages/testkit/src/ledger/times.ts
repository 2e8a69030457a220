import type { LedgerRecord } from "./ledger-record.ts";
import type { PublicationBook } from "./publication-book.ts";
import { spreadOf, type Spread } from "./spread.ts";

export interface Times {
  /** From the moment a message was due to its delivery. */
  readonly latencyMs: Spread;
  readonly faults: readonly FaultTimes[];
}

/** What one fault meant to the clients it touched: those that lost their connection or a subscription in its wake. */
export interface FaultTimes {
  readonly name: string;
  readonly touchedClients: number;
  /** From the fault to the first message sent after it, per touched client; all clients when none was touched. */
  readonly firstNewMs: Spread;
  /** From the fault to the moment from which on nothing came later than {@link lateMs}, per touched client. */
  readonly fullMs: Spread;
  /** Of messages sent and delivered between this fault and the next, to clients it did not touch. */
  readonly othersLatencyMs: Spread;
}

/** A client that gets a message later than this after its acknowledgement counts as behind. */
const lateMs = 500;

export function measureTimes(records: readonly LedgerRecord[], book: PublicationBook): Times {
  const deliveries = records.filter((record) => record.kind === "delivery");
  const latencies = deliveries.flatMap(({ id, ts }) => {
    const publication = book.find(id);
    return publication === undefined ? [] : [ts - publication.sendTs];
  });
  const faults = records.filter((record) => record.kind === "fault");
  const windows = faults.map(({ name, ts }, index) => ({ name, from: ts, to: faults[index + 1]?.ts ?? Infinity }));
  return {
    latencyMs: spreadOf(latencies),
    faults: windows.map((window) => measureFault(window, records, book)),
  };
}

interface Window {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function measureFault({ name, from, to }: Window, records: readonly LedgerRecord[], book: PublicationBook): FaultTimes {
  const touched = new Set<string>();
  const firstNew = new Map<string, number>();
  const lastBehind = new Map<string, number>();
  for (const record of records) {
    if (record.kind === "publish" || record.kind === "fault" || record.ts < from || record.ts >= to) continue;
    if (record.kind === "closed" || record.kind === "unsubscribed") touched.add(record.client);
    if (record.kind !== "delivery") continue;
    const publication = book.find(record.id);
    if (publication === undefined) continue;
    const isEarliest = record.ts < (firstNew.get(record.client) ?? Infinity);
    if (publication.sendTs >= from && isEarliest) firstNew.set(record.client, record.ts);
    const knownTs = publication.acked?.ts ?? publication.sendTs;
    if (record.ts - knownTs > lateMs) {
      lastBehind.set(record.client, Math.max(record.ts, lastBehind.get(record.client) ?? 0));
    }
  }
  const clients = touched.size > 0 ? touched : new Set(firstNew.keys());
  const all = Array.from(clients);
  const others = records.flatMap((record) => {
    if (record.kind !== "delivery" || record.ts >= to || touched.has(record.client)) return [];
    const { sendTs = -Infinity } = book.find(record.id) ?? {};
    return sendTs >= from ? [record.ts - sendTs] : [];
  });
  return {
    name,
    touchedClients: touched.size,
    // Somebody who never got a new one is missing from the count rather than flattering the spread.
    firstNewMs: spreadOf(all.map((client) => (firstNew.get(client) ?? Number.NaN) - from).filter(Number.isFinite)),
    fullMs: spreadOf(all.map((client) => (lastBehind.get(client) ?? from) - from)),
    othersLatencyMs: spreadOf(others),
  };
}
