import { Readable } from "node:stream";
import { type AuditBook, auditBooks, type AuditRow } from "@switchyard/broker/audit-store";
import type { AuditPageAnswer } from "@switchyard/console/audit";
import Type from "typebox";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { auditPath, frameOf } from "../frame.ts";
import { sendOpsPage } from "../ops-page.ts";
import { type AuditLine, auditPage, exportPath } from "./audit-page.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { openIntents } from "./open-intents.ts";
import { readEntry } from "./read-entry.ts";
import { words } from "./words.ts";

const pageSize = 50;
/** Read at once for an export: half a MiB. */
const batchSize = 1_000;
const hide = true;
const closed = { additionalProperties: false };
const book = Type.Optional(Type.Enum([...auditBooks]));
const before = Type.Optional(Type.String({ pattern: String.raw`^\d{1,16}-\d{1,16}$` }));
const lang = Type.Optional(Type.Enum(["en", "zh"]));
const pageQuery = Type.Object({ lang, book, before }, closed);
const exportQuery = Type.Object({ lang, book }, closed);

/** `/ops/audit`: the newest entries of a book, and all of it as a download. */
export async function serveAuditPages(scope: Scope, trail: AuditTrail): Promise<void> {
  scope.get(auditPath, { schema: { hide, querystring: pageQuery } }, async (request, reply) => {
    const { book: asked = "people", before: cursor, lang: language } = request.query;
    const frame = frameOf(words, { lang: language, acceptLanguage: request.headers["accept-language"] });
    // One more than is shown: it proves the last of those.
    const rows = await orUnavailable(trail.newest(asked, { before: cursor, limit: pageSize + 1 }));
    const lines = judge(trail, rows, cursor === undefined).slice(0, pageSize);
    const body = auditPage(frame, {
      book: asked,
      lines,
      before: rows.length > pageSize ? lines.at(-1)?.id : undefined,
      mayExport: request.opsSession?.user.role === "admin",
    });
    const { audit: title, locale } = frame.said;
    return sendOpsPage(reply, { status: 200, title, body, layout: "board", language: locale });
  });
  scope.get(
    "/ops/api/audit",
    { schema: { hide, querystring: pageQuery } },
    async ({ query }): Promise<AuditPageAnswer> => {
      const rows = await orUnavailable(
        trail.newest(query.book ?? "people", { before: query.before, limit: pageSize + 1 }),
      );
      const lines = judge(trail, rows, query.before === undefined).slice(0, pageSize);
      return {
        lines: lines.map(({ entry = null, ...line }) => ({ ...line, entry })),
        before: rows.length > pageSize ? (lines.at(-1)?.id ?? null) : null,
      };
    },
  );
  scope.get(exportPath, { schema: { hide, querystring: exportQuery } }, async (request, reply) => {
    const { book: asked = "people" } = request.query;
    // Before the answer begins, so that a Redis that is away is told as everywhere.
    const first = await orUnavailable(trail.oldest(asked, { limit: batchSize }));
    return reply
      .type("application/x-ndjson; charset=utf-8")
      .header("content-disposition", `attachment; filename="audit-${asked}.ndjson"`)
      .send(Readable.from(exportLines(trail, asked, first)));
  });
}

/** @param rows the newest first */
function judge(trail: AuditTrail, rows: readonly AuditRow[], isNewest: boolean): readonly AuditLine[] {
  const check = trail.check();
  const judged = rows.toReversed().map((row) => ({ id: row.id, entry: readEntry(row.text), verdict: check(row) }));
  const lines = judged.toReversed();
  const open = openIntents(
    lines.flatMap(({ entry }) => entry ?? []),
    isNewest,
  );
  return lines.map((line) => ({ ...line, isOpen: line.entry?.kind === "intent" && open.has(line.entry.act) }));
}

/** The entry stands there byte by byte, so that its mac can be computed again. */
async function* exportLines(trail: AuditTrail, of: AuditBook, first: readonly AuditRow[]): AsyncGenerator<string> {
  const check = trail.check();
  let rows = first;
  while (rows.length > 0) {
    yield rows
      .map((row) => {
        const { id, text, mac } = row;
        // The hub writes no line breaks; one in a forged entry would make two lines of it.
        const entry = readEntry(text) === undefined || text.includes("\n") ? JSON.stringify(text) : text;
        return `{"id":"${id}","verdict":"${check(row)}","mac":${JSON.stringify(mac)},"entry":${entry}}\n`;
      })
      .join("");
    rows = await trail.oldest(of, { after: rows.at(-1)?.id, limit: batchSize });
  }
}
