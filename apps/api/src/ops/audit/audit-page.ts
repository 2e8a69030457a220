import { type AuditBook, auditBooks } from "@switchyard/broker/audit-store";
import { auditPath, inFrame, linkTo } from "../frame.ts";
import { html, type Markup } from "../html.ts";
import { table } from "../table.ts";
import type { Verdict } from "./audit-chain.ts";
import type { WrittenEntry } from "./audit-entry.ts";
import type { AuditFrame } from "./words.ts";

export const exportPath = `${auditPath}/export`;

export interface AuditLine {
  readonly id: string;
  /** Undefined: it cannot be read. */
  readonly entry: WrittenEntry | undefined;
  readonly verdict: Verdict;
  /** An intent without an outcome. */
  readonly isOpen: boolean;
}

export interface AuditView {
  readonly book: AuditBook;
  /** The newest first. */
  readonly lines: readonly AuditLine[];
  /** Of the next page. */
  readonly before: string | undefined;
  readonly mayExport: boolean;
}

export function auditPage(frame: AuditFrame, { book, lines, before, mayExport }: AuditView): Markup {
  const { said } = frame;
  const books = auditBooks.map((one) => {
    const mark = one === book && { html: 'aria-current="page"' };
    return html`<a href="${linkTo(auditPath, frame, { book: one })}" ${mark}>${said.books[one]}</a>`;
  });
  return inFrame(
    frame,
    { path: auditPath, query: { book } },
    html`<h1>${said.audit}</h1>
      <p class="soft">${said.explain}</p>
      <p>${books}</p>
      ${lines.length === 0 ? html`<p>${said.none}</p>` : linesTable(frame, lines)}
      ${before !== undefined && html`<p><a href="${linkTo(auditPath, frame, { book, before })}">${said.older}</a></p>`}
      ${mayExport && html`<p><a href="${exportPath}?book=${book}" download>${said.export}</a></p>`}`,
  );
}

function linesTable(frame: AuditFrame, lines: readonly AuditLine[]): Markup {
  const { said } = frame;
  const rows = lines.map(({ id, entry, verdict, isOpen }) => {
    const isBroken = verdict === "missing" || verdict === "changed";
    const problem = isBroken ? said.verdicts[verdict] : isOpen && said.open;
    return html`<tr role="row">
      <th role="rowheader" scope="row" class="tabular"><small>${entry?.at ?? id}</small></th>
      ${entry === undefined ? html`<td role="cell" colspan="3"></td>` : cells(frame, entry)}
      <td role="cell">${problem !== false && html`<strong class="failed">${problem}</strong>`}</td>
    </tr>`;
  });
  return table([said.when, said.who, said.what, said.result, ""], rows);
}

function cells({ said }: AuditFrame, entry: WrittenEntry): Markup {
  const { kind, actor, address, action, target, details, reason, before, after, status, why } = entry;
  const isBad = kind === "refused" || (status ?? 0) >= 400;
  return html`<td role="cell" data-label="${said.who}"><bdi>${actor}</bdi> <small>${address}</small></td>
    <td role="cell" data-label="${said.what}">
      <code>${action}</code> ${target !== undefined && html`<code>${JSON.stringify(target)}</code>`}
      ${details !== undefined && html`<small>${JSON.stringify(details)}</small>`}
      ${reason !== undefined && html`<p><bdi>${reason}</bdi></p>`}
      ${before !== undefined && html`<p><small>${said.before} ${JSON.stringify(before)}</small></p>`}
      ${after !== undefined && html`<p><small>${said.after} ${JSON.stringify(after)}</small></p>`}
    </td>
    <td role="cell" data-label="${said.result}">
      <span class="${isBad && "failed"}">${said.kinds[kind]}</span> ${status}
      ${why !== undefined && html`<small>${why}</small>`}
    </td>`;
}
