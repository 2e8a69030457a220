import type { VNode } from "preact";
import type { AuditEntryAnswer, AuditLineAnswer } from "../../answers/audit.ts";
import { useWords } from "../../state/use-words.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { bdi, code, p, part, span, strong } from "../../ui/html.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

export interface AuditTableProps {
  readonly lines: readonly AuditLineAnswer[];
}

export function AuditTable({ lines }: AuditTableProps): VNode {
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
