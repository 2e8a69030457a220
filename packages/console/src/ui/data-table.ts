import type { ComponentChildren, VNode } from "preact";
import { caption, table, tbody, td, th, thead, tr } from "./html.ts";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** A number: its digits line up at the end. */
  readonly isNumber?: boolean;
  /** On a narrow page it has a line of the card for itself. */
  readonly isWide?: boolean;
}

export interface DataTableProps<Row> {
  /** For who does not see the heading above it. */
  readonly title: string;
  /** The first names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly isFaint?: (row: Row) => boolean;
}

/**
 * A table; on a narrow page each row is a card whose cells say what they are. The roles stand there because a table that is laid out
 * as anything else is none for a screen reader.
 */
export function dataTable<Row>({ title, columns, rows, keyOf, isFaint }: DataTableProps<Row>): VNode {
  const [head, ...others] = columns;
  const place = ({ isNumber }: Column<Row>) => (isNumber === true ? "number" : "");
  return table(
    { class: "data", role: "table" },
    caption({ class: "unseen" }, title),
    thead(
      { role: "rowgroup" },
      tr(
        { role: "row" },
        columns.map((column) => th({ role: "columnheader", scope: "col", class: place(column) }, column.title)),
      ),
    ),
    tbody(
      { role: "rowgroup" },
      rows.map((row) =>
        tr(
          { key: keyOf(row), role: "row", class: isFaint?.(row) === true ? "faint" : "" },
          head && th({ role: "rowheader", scope: "row" }, head.cell(row)),
          others.map((column) => {
            const shown = column.cell(row);
            return td({ role: "cell", class: kindOf(column, shown), "data-label": column.title }, shown);
          }),
        ),
      ),
    ),
  );
}

/** What is not there lets what is be seen; a card leaves it out. */
function kindOf<Row>({ isNumber, isWide }: Column<Row>, shown: ComponentChildren): string {
  const kinds = { number: isNumber, wide: isWide, nothing: shown === "0" || shown === "–", absent: shown === "–" };
  return Object.entries(kinds)
    .flatMap(([kind, is]) => (is === true ? [kind] : []))
    .join(" ");
}
