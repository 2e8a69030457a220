import type { LedgerRecord } from "./ledger-record.ts";

/** How many offsets of an epoch have stood for more than one message, by what publishers were told and clients got. */
export function countReusedOffsets(records: readonly LedgerRecord[]): number {
  const idAt = new Map<string, string>();
  const reused = new Set<string>();
  for (const record of records) {
    if (record.kind !== "publish" && record.kind !== "delivery") continue;
    const { id, channel, epoch, offset } = record;
    if (epoch === undefined || offset === undefined || offset === 0) continue;
    const place = `${offset} ${epoch} ${channel}`;
    const known = idAt.get(place);
    if (known === undefined) idAt.set(place, id);
    else if (known !== id) reused.add(place);
  }
  return reused.size;
}
