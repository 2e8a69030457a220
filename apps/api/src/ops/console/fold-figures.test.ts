import { type FigureName, figureNames } from "@switchyard/broker/figure-store";
import { expect, test } from "vitest";
import { foldFigures } from "./fold-figures.ts";

const row = (figures: Partial<Record<FigureName, number>>) =>
  Object.fromEntries(figureNames.map((name) => [name, figures[name] ?? null])) as Record<FigureName, number | null>;

test("points are means of what is known, the oldest task's age is the worst, and where nothing is known there is a gap", () => {
  const rows = [
    row({ clients: 9 }),
    row({ clients: 1, oldestRunnableMs: 5 }),
    row({ clients: 2, oldestRunnableMs: 70 }),
    null,
    null,
    row({ inPerSecond: 1 / 3 }),
    null,
  ];
  const { series, stepMs, endsAtMs } = foldFigures({ endsAtMs: 70_000, rows }, 2);
  expect([stepMs, endsAtMs]).toEqual([20_000, 70_000]);
  expect(series.clients).toEqual([9, 1.5, null, null]);
  expect(series.oldestRunnableMs).toEqual([null, 70, null, null]);
  expect(series.inPerSecond).toEqual([null, null, null, 0.33]);
});
