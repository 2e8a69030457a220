import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { AuditBook, AuditRow, AuditStore } from "../../audit-store.ts";
import { answered } from "../answered.ts";
import { auditKey } from "../keys.ts";
import { closeConnection, openConnection } from "../open-connection.ts";

/** About as many of the newest are kept. An entry has half a KiB, so a full book has 50 MB at most. */
const entriesMax: Readonly<Record<AuditBook, number>> = { people: 100_000, keys: 100_000, refusals: 10_000 };

/** @throws StartupError when Redis cannot be used now. */
export async function createRedisAudit(options: {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}): Promise<AuditStore> {
  const client = await openConnection({ ...options, role: "audit" });
  const keyOf = (book: AuditBook) => auditKey(options.redis.prefix, book);
  return {
    async append(book, { text, mac }) {
      const id = await answered(
        client.xadd(keyOf(book), "MAXLEN", "~", entriesMax[book], "*", "text", text, "mac", mac),
      );
      return id ?? "";
    },
    async newest(book, { before, sinceMs = "-", untilMs = "+", limit }) {
      const from = before === undefined ? untilMs : `(${before}`;
      return toRows(await answered(client.xrevrange(keyOf(book), from, sinceMs, "COUNT", limit)));
    },
    async oldest(book, { after, sinceMs = "-", untilMs = "+", limit }) {
      const from = after === undefined ? sinceMs : `(${after}`;
      return toRows(await answered(client.xrange(keyOf(book), from, untilMs, "COUNT", limit)));
    },
    async gaps(book) {
      const key = keyOf(book);
      // Of a stream that is not there XINFO is an error.
      const length = await answered(client.xlen(key));
      const isFull = length >= entriesMax[book];
      const gapId = length === 0 ? undefined : gapOf(await answered(client.xinfo("STREAM", key)), isFull);
      if (gapId === undefined) return { isFull, behindGap: undefined };
      const [[oldest], [behind]] = await Promise.all([
        answered(client.xrange(key, "-", "+", "COUNT", 1)),
        answered(client.xrange(key, `(${gapId}`, "+", "COUNT", 1)),
      ]);
      return { isFull, behindGap: isFull && behind?.[0] === oldest?.[0] ? undefined : behind?.[0] };
    },
    count: async (book) => answered(client.xlen(keyOf(book))),
    close: () => closeConnection(client),
  };
}

/**
 * Behind which id entries were taken out by hand, which the hub never does: XDEL leaves the newest such id, and XTRIM fewer entries than were
 * added. Redis before 7 tells neither.
 */
function gapOf(info: unknown, isFull: boolean): string | undefined {
  const told = info as readonly unknown[];
  const at = (name: string) => told[told.indexOf(name) + 1];
  if (!told.includes("max-deleted-entry-id")) return undefined;
  const deletedId = String(at("max-deleted-entry-id"));
  if (deletedId !== "0-0") return deletedId;
  return !isFull && Number(at("entries-added")) > Number(at("length")) ? deletedId : undefined;
}

/** What somebody else has put there is shown as an entry without text, and so without a right mac. */
function toRows(entries: readonly (readonly [id: string, fields: readonly string[]])[]): readonly AuditRow[] {
  return entries.map(([id, fields]) => {
    const at = (name: string) => fields[fields.indexOf(name) + 1] ?? "";
    return { id, text: fields.includes("text") ? at("text") : "", mac: fields.includes("mac") ? at("mac") : "" };
  });
}
