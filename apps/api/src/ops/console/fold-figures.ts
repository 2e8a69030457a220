import { type FigureName, figureNames, figuresEveryMs, type FigureWindow } from "@switchyard/broker/figure-store";
import type { FiguresAnswer } from "@switchyard/console/figures";

/** What is told by its worst moment; the mean of anything else is near enough to what it was. */
const worst: ReadonlySet<FigureName> = new Set(["oldestRunnableMs"]);

/** Several rows as one point each; the oldest first. A point of which no row was written is a gap. */
export function foldFigures({ endsAtMs, rows }: FigureWindow, rowsPerPoint: number): FiguresAnswer {
  // From the newest back, so that it is the oldest point that may have fewer rows.
  const points = Array.from({ length: Math.ceil(rows.length / rowsPerPoint) }, (_, age) =>
    rows.slice(Math.max(0, rows.length - (age + 1) * rowsPerPoint), rows.length - age * rowsPerPoint),
  ).toReversed();
  const series = figureNames.map((name) => {
    const fold = worst.has(name) ? (values: readonly number[]) => Math.max(...values) : meanOf;
    const values = points.map((point) => {
      const known = point.flatMap((row) => row?.[name] ?? []);
      return known.length === 0 ? null : Math.round(fold(known) * 100) / 100;
    });
    return [name, values] as const;
  });
  return {
    endsAtMs,
    stepMs: rowsPerPoint * figuresEveryMs,
    series: Object.fromEntries(series) as Record<FigureName, (number | null)[]>,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
