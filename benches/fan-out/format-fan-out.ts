import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { median } from "../report/median.ts";
import { describeQuietness } from "../report/quietness.ts";
import type { BenchServer } from "../servers/bench-server.ts";
import type { Ceiling } from "./ceiling.ts";
import type { FanOutResult } from "./fan-out.ts";
import type { FanOutFigures } from "./scenarios.ts";
import type { Measurement } from "./stage.ts";

const { count, percent, milliseconds } = formatFigure;

/** The result as Markdown: medians over the rounds, and for the main figure its range and its ratio to the last server. */
export function formatFanOut(result: FanOutResult, servers: readonly BenchServer[]): string {
  const sections = [
    ["Saturation: the highest rate kept up", plateauTable(result, servers)],
    [`At ${count(result.plan.steadyDeliveriesPerSec)} deliveries/s offered`, latencyTable(result, servers, "steady")],
    ["One message to one client, the others quiet", latencyTable(result, servers, "lone")],
    ["The clients' own ceiling (no hub: ready-made bytes)", ceilingTable(result.ceilings)],
  ];
  const measurements = Object.values(result.rounds)
    .flat()
    .flatMap(({ lone, steady, plateau }) => [lone.cpu, steady.cpu, plateau.cpu]);
  return [describeQuietness(measurements), ...sections.map(([title, table]) => `### ${title}\n\n${table}\n`)].join(
    "\n",
  );
}

function plateauTable(result: FanOutResult, servers: readonly BenchServer[]): string {
  const perSec = (name: string) => roundsOf(result, name).map(({ plateau }) => plateau.deliveredPerSec);
  const reference = median(perSec(servers.at(-1)?.name ?? ""));
  const rows = servers.map(({ name, title }) => {
    const rates = perSec(name);
    const middle = pick(result, name, "plateau");
    return [
      title,
      count(median(rates)),
      `${count(Math.min(...rates))} - ${count(Math.max(...rates))}`,
      `${(median(rates) / reference).toFixed(2)} ×`,
      percent(middle((figure) => figure.cpu.server)),
      loadCpu(middle),
      `${percent(middle((figure) => figure.cpu.othersOnServerCore))}, ${percent(middle((figure) => figure.cpu.othersOnLoadCore))}`,
      milliseconds(middle((figure) => figure.latencyMs.p99)),
      count(middle((figure) => figure.missing)),
    ];
  });
  const header = [
    "server",
    "deliveries/s",
    "range",
    `to ${servers.at(-1)?.title ?? ""}`,
    "server CPU",
    "clients, publisher, Redis CPU",
    "others on core 0, 1",
    "p99 ms",
    "missing",
  ];
  return formatTable(header, rows);
}

function latencyTable(result: FanOutResult, servers: readonly BenchServer[], scenario: "steady" | "lone"): string {
  const rows = servers.map(({ name, title }) => {
    const middle = pick(result, name, scenario);
    return [
      title,
      count(middle((figure) => figure.deliveredPerSec)),
      milliseconds(middle((figure) => figure.latencyMs.p50)),
      milliseconds(middle((figure) => figure.latencyMs.p99)),
      milliseconds(middle((figure) => figure.latencyMs.max)),
      percent(middle((figure) => figure.cpu.server)),
      milliseconds(middle((figure) => figure.publisherLateMs)),
      count(middle((figure) => figure.missing)),
    ];
  });
  const header = ["server", "deliveries/s", "p50 ms", "p99 ms", "max ms", "server CPU", "publisher late ms", "missing"];
  return formatTable(header, rows);
}

function ceilingTable(ceilings: readonly Ceiling[]): string {
  const rows = ceilings.map(({ shape, countedPerSec, mebibytesPerSec, cpu }) => [
    shape,
    count(countedPerSec),
    `${Math.round(mebibytesPerSec)} MiB/s`,
    percent(cpu.server),
    percent(cpu.clients),
  ]);
  return formatTable(["packing", "counted/s", "bytes", "writer CPU", "clients CPU"], rows);
}

function loadCpu(middle: (figure: (measurement: Measurement) => number) => number): string {
  return [middle(({ cpu }) => cpu.clients), middle(({ cpu }) => cpu.publisher), middle(({ cpu }) => cpu.redis)]
    .map(percent)
    .join(", ");
}

function pick(result: FanOutResult, name: string, scenario: keyof FanOutFigures) {
  return (figure: (measurement: Measurement) => number) =>
    median(roundsOf(result, name).map((round) => figure(round[scenario])));
}

function roundsOf(result: FanOutResult, name: string): readonly FanOutFigures[] {
  return result.rounds[name] ?? [];
}
