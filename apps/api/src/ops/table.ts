import { html, type Markup } from "./html.ts";

/**
 * A table with its roles said, because narrow screens show its rows as blocks. A cell that needs a word of its own there has it in
 * `data-label`.
 */
export function table(headings: readonly string[], rows: readonly Markup[]): Markup {
  return html`<table role="table">
    <thead role="rowgroup">
      <tr role="row">
        ${headings.map((heading) => html`<th role="columnheader">${heading}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`;
}
