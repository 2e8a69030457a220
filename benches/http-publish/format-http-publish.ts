import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { median } from "../report/median.ts";
import { describeQuietness } from "../report/quietness.ts";
import type { PublishRow } from "./http-publish.ts";

const { count, percent, milliseconds } = formatFigure;
const reference = "Centrifugo + Redis";
const header = [
  "hub",
  "publications/s",
  "range",
  "to Centrifugo",
  "server µs each",
  "of it delivering",
  "answer p50, p99 ms",
  "arrival p50, p99 ms",
  "server CPU",
  "Redis, client, subscriber CPU",
  "Redis µs each",
  "missing",
];

/** Medians over the rounds, a table for each question. */
export function formatHttpPublish(rows: readonly PublishRow[]): string {
  const tables = distinct(rows.map(({ question }) => question)).map((question) => {
    const asked = rows.filter((row) => row.question === question);
    const lines = distinct(asked.map(({ title }) => title)).map((title) => lineOf(title, asked));
    return `### ${question}\n\n${formatTable(header, lines)}\n`;
  });
  const others = rows.map(({ cpu: { othersOnServerCore = 0, othersOnLoadCore = 0 } }) => {
    return { othersOnServerCore, othersOnLoadCore };
  });
  return [describeQuietness(others), ...tables].join("\n");
}

function lineOf(title: string, asked: readonly PublishRow[]): readonly string[] {
  const own = asked.filter((row) => row.title === title);
  const of = (read: (row: PublishRow) => number, among = own) => median(among.map(read));
  const rate = (row: PublishRow) => row.publishedPerSec;
  // What a busy machine changes least.
  const usEach = (share: (row: PublishRow) => number) => of((row) => (share(row) / rate(row)) * 1e6).toFixed(1);
  const rates = own.map(rate);
  const toReference =
    of(rate) /
    of(
      rate,
      asked.filter((row) => row.title === reference),
    );
  return [
    title,
    count(of(rate)),
    `${count(Math.min(...rates))} - ${count(Math.max(...rates))}`,
    Number.isFinite(toReference) ? `${toReference.toFixed(2)} ×` : "",
    usEach(serverShare),
    usEach(({ cpu }) => cpu["delivering"] ?? 0),
    [of(({ answerMs }) => answerMs.p50), of(({ answerMs }) => answerMs.p99)].map(milliseconds).join(", "),
    [of(({ arrivalMs }) => arrivalMs.p50), of(({ arrivalMs }) => arrivalMs.p99)].map(milliseconds).join(", "),
    percent(of(serverShare)),
    ["redis", "client", "subscriber"].map((name) => percent(of(({ cpu }) => cpu[name] ?? 0))).join(", "),
    usEach(({ cpu }) => cpu["redis"] ?? 0),
    String(Math.max(...own.map(({ missing, failed }) => missing + failed))),
  ];
}

function serverShare({ cpu }: PublishRow): number {
  const names = Object.keys(cpu).filter((name) => /^(publishing\d+|delivering)$/.test(name));
  return names.reduce((sum, name) => sum + (cpu[name] ?? 0), 0);
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
