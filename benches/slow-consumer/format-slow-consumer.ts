import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { median } from "../report/median.ts";
import { describeQuietness } from "../report/quietness.ts";
import type { HealthyFigures, SlowPlan, SlowRound } from "./slow-consumer.ts";

const { count, milliseconds, percent } = formatFigure;

export function formatSlowConsumer(rounds: readonly SlowRound[], plan: SlowPlan): string {
  const quietness = describeQuietness(rounds.flatMap(({ without, beside }) => [without.cpu, beside.cpu]));
  const p99 = (which: "without" | "beside") => median(rounds.map((round) => round[which].p99Ms));
  const change = p99("beside") / p99("without") - 1;
  const rows = rounds.map((round, index) => [
    `round ${index + 1}`,
    ...[round.without, round.beside].flatMap(describeHealthy),
    round.closedAfterMs === undefined ? "not in time" : milliseconds(round.closedAfterMs),
    Object.entries(round.closeCodes)
      .map(([code, times]) => `${times} × ${code}`)
      .join(", "),
    `${round.growthMiB.toFixed(0)} MiB`,
    percent(round.beside.cpu.server),
  ]);
  const header = ["", "p50 ms", "p99 ms", "deliveries/s", "beside: p50", "p99", "deliveries/s"];
  const table = formatTable([...header, "slow ones closed after ms", "with", "memory grew by", "gateway CPU"], rows);
  const title = `${plan.healthy} healthy clients without and beside ${plan.slow} that stop reading`;
  return `${quietness}\n### ${title}\n\n${table}\n\nMedian p99 of the healthy: ${change < 0 ? "" : "+"}${percent(change)}.\n`;
}

function describeHealthy({ p50Ms, p99Ms, deliveredPerSec }: HealthyFigures): string[] {
  return [milliseconds(p50Ms), milliseconds(p99Ms), count(deliveredPerSec)];
}
