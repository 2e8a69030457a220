import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { median } from "../report/median.ts";
import { describeQuietness } from "../report/quietness.ts";
import type { Measurement } from "../fan-out/stage.ts";
import type { OverloadFigures } from "./overload.ts";

const { count, percent, milliseconds } = formatFigure;

/** Medians over the rounds; each server is compared with itself at what it keeps up. */
export function formatOverload(figures: readonly OverloadFigures[]): string {
  const quietness = describeQuietness(
    figures.flatMap(({ plateau, offered }) => [plateau.cpu, ...offered.map(({ measurement }) => measurement.cpu)]),
  );
  const titles = [...new Set(figures.map(({ title }) => title))];
  const rows = titles.flatMap((title) => rowsOf(figures.filter((figure) => figure.title === title)));
  const header = ["server", "offered", "offered/s", "deliveries/s", "of plateau", "p99 ms"];
  const more = ["server, neighbour CPU", "clients, publisher, Redis CPU", "never came", "closed", "memory"];
  return `${quietness}\n### Overload of a server that has a quarter of a core\n\n${formatTable([...header, ...more], rows)}\n`;
}

function rowsOf(rounds: readonly OverloadFigures[]): string[][] {
  const plateauPerSec = median(rounds.map(({ plateau }) => plateau.deliveredPerSec));
  const factors = rounds[0]?.offered.map(({ factor }) => factor) ?? [];
  return factors.map((factor) => {
    const measured = rounds.flatMap(({ offered }) => offered.filter((one) => one.factor === factor));
    const measurements = measured.map(({ measurement }) => measurement);
    const of = (read: (measurement: Measurement) => number) => median(measurements.map(read));
    return [
      rounds[0]?.title ?? "",
      `${factor} ×`,
      count(of(({ offeredPerSec }) => offeredPerSec)),
      count(of(({ deliveredPerSec }) => deliveredPerSec)),
      percent(of(({ deliveredPerSec }) => deliveredPerSec) / plateauPerSec),
      milliseconds(of(({ latencyMs }) => latencyMs.p99)),
      [of(({ cpu }) => cpu.server), of(({ cpu }) => cpu.neighbour)].map(percent).join(", "),
      [of(({ cpu }) => cpu.clients), of(({ cpu }) => cpu.publisher), of(({ cpu }) => cpu.redis)]
        .map(percent)
        .join(", "),
      count(of(({ missing }) => missing)),
      describeClosed(measurements),
      `${Math.round(of(({ serverMiB }) => serverMiB))} MiB`,
    ];
  });
}

/** In all rounds together. */
function describeClosed(measurements: readonly Measurement[]): string {
  const codes = [...new Set(measurements.flatMap(({ closed }) => Object.keys(closed)))];
  const totals = codes.map((code) => {
    const total = measurements.reduce((sum, { closed }) => sum + (closed[code] ?? 0), 0);
    return `${total} × ${code}`;
  });
  return totals.length === 0 ? "none" : totals.join(", ");
}
