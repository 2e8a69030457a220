import type { CpuShares } from "../machine/cpu-watch.ts";
import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { median } from "../report/median.ts";
import { describeQuietness } from "../report/quietness.ts";

/** One herd. */
export interface HerdRow {
  readonly title: string;
  readonly herd: string;
  readonly isWarm: boolean;
  readonly tookMs: number;
  readonly cpu: CpuShares<"gateway" | "clients" | "redis">;
  readonly perClientUs: { readonly gateway: number; readonly clients: number; readonly redis: number };
}

/** Medians of the rounds, with the least and the most. */
export function formatHerd(rows: readonly HerdRow[]): string {
  const groups = Map.groupBy(rows, ({ title, herd, isWarm }) => `${herd}|${isWarm ? "warm" : "fresh"}|${title}`);
  const table = formatTable(
    [
      "the herd",
      "process",
      "server",
      "all back after s",
      "range",
      "gateway µs/client",
      "range",
      "Redis, clients µs/client",
    ],
    [...groups].map(([key, group]) => {
      const seconds = group.map(({ tookMs }) => tookMs / 1_000);
      const us = (name: keyof HerdRow["perClientUs"]) => group.map(({ perClientUs }) => perClientUs[name]);
      return [
        ...key.split("|"),
        median(seconds).toFixed(2),
        range(seconds, (value) => value.toFixed(2)),
        formatFigure.count(median(us("gateway"))),
        range(us("gateway"), formatFigure.count),
        `${formatFigure.count(median(us("redis")))}, ${formatFigure.count(median(us("clients")))}`,
      ];
    }),
  );
  return `${describeQuietness(rows.map(({ cpu }) => cpu))}\n${table}\n`;
}

function range(values: readonly number[], format: (value: number) => string): string {
  return `${format(Math.min(...values))} - ${format(Math.max(...values))}`;
}
