import type { VNode } from "preact";
import type { AuditEntryAnswer, AuditLineAnswer, AuditPageAnswer } from "../../answers/audit.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { a, bdi, code, div, h1, header, p, part, section, span, strong } from "../../ui/html.ts";
import { segments } from "../../ui/segments.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

const everyMs = 5_000;
const books = ["people", "keys", "refusals"] as const;

/** What was done, by whom, to what, and what came of it; and whether anybody has touched the book. */
export function Audit(): VNode {
  const said = useWords(words);
  const { route, operator } = useDesk();
  const { book = "people", before = "" } = route.place.value.query;
  const query = new URLSearchParams({ book, ...(before !== "" && { before }) });
  const poll = usePoll<AuditPageAnswer>(`audit?${query}`, everyMs, () => before !== "");
  const choices = books.map((one) => ({
    text: said.books[one],
    href: route.href(["audit"], { book: one }),
    isHere: one === book,
  }));
  return div(
    { class: "screen" },
    header(
      { class: "screen-head" },
      h1(null, said.title),
      segments(said.book, choices),
      operator.role === "admin" &&
        div(
          { class: "acts" },
          a({ href: `/ops/audit/export?book=${encodeURIComponent(book)}`, download: true }, said.export),
        ),
    ),
    part(Answer<AuditPageAnswer>, {
      of: poll,
      show: ({ lines, before: next }) => [
        section({ class: "panel" }, lines.length === 0 ? p({ class: "empty" }, said.none) : part(Lines, { lines })),
        div(
          { class: "pages" },
          span({ class: "soft" }, said.note),
          before !== "" && a({ href: route.href(["audit"], { book }) }, said.newest),
          next !== null && a({ href: route.href(["audit"], { book, before: next }) }, said.older),
        ),
      ],
    }),
  );
}

function Lines({ lines }: { readonly lines: readonly AuditLineAnswer[] }): VNode {
  const said = useWords(words);
  const of = <T>({ entry }: AuditLineAnswer, tell: (entry: AuditEntryAnswer) => T) =>
    entry === null ? "–" : tell(entry);
  const columns: readonly Column<AuditLineAnswer>[] = [
    { title: said.when, cell: (line) => of(line, ({ at }) => part(When, { atMs: Date.parse(at) })) },
    {
      title: said.who,
      cell: (line) =>
        of(line, ({ actor, address }) => [
          bdi(null, actor),
          address !== undefined && span({ class: "soft small" }, ` ${address}`),
        ]),
    },
    {
      title: said.what,
      isWide: true,
      cell: (line) =>
        of(line, ({ action, target, details, reason, before, after }) => [
          code(null, action),
          target !== undefined && code(null, " ", bdi(null, JSON.stringify(target))),
          details !== undefined && span({ class: "soft small" }, " ", bdi(null, JSON.stringify(details))),
          reason !== undefined && p({ class: "small" }, bdi(null, reason)),
          before !== undefined &&
            p({ class: "soft small" }, `${said.before} `, code(null, bdi(null, JSON.stringify(before)))),
          after !== undefined &&
            p({ class: "soft small" }, `${said.after} `, code(null, bdi(null, JSON.stringify(after)))),
        ]),
    },
    {
      title: said.result,
      cell: (line) =>
        of(line, ({ kind, status, why }) => [
          span(
            { class: kind === "refused" || (status ?? 0) >= 400 ? "bad" : "" },
            said.kinds[kind],
            status !== undefined && ` ${status}`,
          ),
          why !== undefined && span({ class: "soft small" }, " ", bdi(null, why)),
          line.isOpen && strong({ class: "bad" }, ` ${said.open}`),
        ]),
    },
    {
      title: said.chain,
      cell: ({ verdict }) =>
        verdict === "missing" || verdict === "changed"
          ? strong({ class: "bad" }, said.verdicts[verdict])
          : said.verdicts[verdict],
    },
  ];
  return dataTable({ title: said.title, columns, rows: lines, keyOf: ({ id }) => id });
}
