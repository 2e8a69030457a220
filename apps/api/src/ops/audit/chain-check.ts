import type { AuditRow } from "@switchyard/broker/audit-store";
import { secretsMatch } from "@switchyard/runtime/secrets-match";
import { macOf } from "./audit-chain.ts";
import type { WrittenEntry } from "./audit-entry.ts";
import { readEntry } from "./read-entry.ts";

/**
 * `first`: it is what was written, and the one before it is older than what is looked at, or has made room. `missing`: entries before it
 * were taken out, or could not be written. `changed`: it, or the one before it, is not what was written, or was signed by another secret.
 */
export type Verdict = "right" | "first" | "missing" | "changed";

/** What is known of a book beyond the entries that are looked at. */
export interface KnownOfBook {
  /** What is looked at begins with the first entry that the book ever had. */
  readonly isWhole?: boolean;
  /** See `AuditGaps`. */
  readonly behindGap?: string | undefined;
}

interface Judging {
  readonly row: AuditRow;
  readonly place: Place;
  /** The newest entry of its chain that was looked at. */
  readonly before: { readonly seq: number; readonly mac: string } | undefined;
}

/**
 * Judges entries of a book in the order in which they were written.
 *
 * Each entry says by which mac it follows, so it is proved by itself: what is made up is found wherever it stands, and `first` is nothing that
 * somebody without the secret can get. It also says the id of an entry of its process that Redis had then. The one before it is no older; so
 * where all from that id on were looked at and it was not among them, it was taken out. What makes room is always the oldest of a book.
 *
 * Entries of earlier versions say neither, and are proved by the entry before them alone. None is written any more, so one whose beginning is not
 * there is believed only where no entry that is proved by itself is older.
 */
export function createChainCheck(secret: string, { isWhole = false, behindGap }: KnownOfBook = {}) {
  const last = new Map<string, NonNullable<Judging["before"]>>();
  let fromId = isWhole ? "0-0" : undefined;
  let isBehindProved = false;

  function judge({ row: { text, mac }, place, before }: Judging): Verdict {
    const { seq, previous } = place;
    if (seq === 1 || previous !== undefined) {
      if (!secretsMatch(mac, macOf(secret, previous?.mac ?? "", text))) return "changed";
      isBehindProved ||= seq > 1;
    }
    if (before === undefined && seq > 1) return judgeFirst(text, place);
    if (seq !== (before?.seq ?? 0) + 1) return "missing";
    if (previous !== undefined) return previous.mac === before?.mac ? "right" : "changed";
    return secretsMatch(mac, macOf(secret, before?.mac ?? "", text)) ? "right" : "changed";
  }

  function judgeFirst(text: string, { previous }: Place): Verdict {
    if (isWhole) return "missing";
    if (previous !== undefined) return isAtLeast(previous.id, fromId) ? "missing" : "first";
    if (readEntry(text) === undefined) return "changed";
    return isBehindProved ? "missing" : "first";
  }

  return (row: AuditRow): Verdict => {
    const place = placeOf(row.text);
    if (place === undefined) return "changed";
    fromId ??= row.id;
    const before = last.get(place.chain);
    last.set(place.chain, { seq: place.seq, mac: row.mac });
    const verdict = judge({ row, place, before });
    return row.id === behindGap && verdict !== "changed" ? "missing" : verdict;
  };
}

type Place = Pick<WrittenEntry, "chain" | "seq" | "previous">;

function placeOf(text: string): Place | undefined {
  try {
    const { chain, seq, previous } = JSON.parse(text) as Partial<WrittenEntry>;
    if (typeof chain !== "string" || chain === "" || !Number.isSafeInteger(seq)) return undefined;
    const place = { chain, seq: Number(seq) };
    return typeof previous?.mac === "string" ? { ...place, previous } : place;
  } catch {
    return undefined;
  }
}

/** Whether an entry with an id is as new as another, or newer. */
function isAtLeast(id: string | undefined, other: string | undefined): boolean {
  if (id === undefined || other === undefined) return false;
  const [[ms = 0, count = 0], [otherMs = 0, otherCount = 0]] = [
    id.split("-").map(Number),
    other.split("-").map(Number),
  ];
  return ms === otherMs ? count >= otherCount : ms > otherMs;
}
