import { Readable } from "node:stream";
import type { AuditPageAnswer } from "@switchyard/console/audit";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { narrowSightOf } from "../../access/group-sight.ts";
import type { Scope } from "../../scope.ts";
import { createAuditFilter } from "./audit-filter.ts";
import { auditPageQuery, auditQuery, booksOf, spanOf } from "./audit-query.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { exportAudit } from "./export-audit.ts";
import { searchAudit } from "./search-audit.ts";

const pageSize = 50;
const hide = true;

/** The audit, page by page from the newest entry back, and as a download from the oldest on: all of it or what is looked for. */
export async function serveAudit(scope: Scope, trail: AuditTrail): Promise<void> {
  scope.get(
    "/ops/api/audit",
    { schema: { hide, querystring: auditPageQuery } },
    async (request): Promise<AuditPageAnswer> => {
      const { query } = request;
      const { before, limit = pageSize } = query;
      const books = booksOf(query);
      const question = {
        ...spanOf(query),
        books,
        before,
        limit,
        isMeant: createAuditFilter({ ...query, sight: narrowSightOf(request) }),
      };
      const [found, ...counts] = await orUnavailable(
        Promise.all([searchAudit(trail, question), ...books.map((book) => trail.count(book))]),
      );
      return {
        lines: found.lines.map(({ entry = null, ...line }) => ({ ...line, entry })),
        before: found.before ?? null,
        examined: found.examined,
        total: counts.reduce((sum, count) => sum + count, 0),
        isComplete: found.before === undefined || found.lines.length >= limit,
      };
    },
  );
  scope.get("/ops/audit/export", { schema: { hide, querystring: auditQuery } }, async (request, reply) => {
    const { query } = request;
    const { book = "people" } = query;
    const lines = exportAudit(trail, {
      ...spanOf(query),
      books: booksOf(query),
      filter: { ...query, sight: narrowSightOf(request) },
    });
    // Before the answer begins, so that a Redis that is away is told as everywhere.
    const first = await orUnavailable(lines.next());
    return reply
      .type("application/x-ndjson; charset=utf-8")
      .header("content-disposition", `attachment; filename="audit-${book}.ndjson"`)
      .send(Readable.from(withFirst(first, lines)));
  });
}

async function* withFirst<T>(first: IteratorResult<T, void>, rest: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
