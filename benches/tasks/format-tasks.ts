import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { median } from "../report/median.ts";
import { describeQuietness } from "../report/quietness.ts";
import { contenderNames, contenders, type ContenderName } from "./contenders/open-contender.ts";
import type { TaskPlan } from "./plan.ts";
import type { ThroughputFigures, WaitFigures } from "./scenarios.ts";
import type { TaskFigures } from "./tasks.ts";

const { count, percent, milliseconds } = formatFigure;

/** Medians over the rounds; ratios are to the first contender. */
export function formatTasks(figures: TaskFigures, plan: TaskPlan): string {
  const { throughput, latency, manyGroups, neighbour } = figures;
  const cpu = Object.values(figures).flatMap((rows: readonly { cpu: ThroughputFigures["cpu"] }[]) =>
    rows.map((row) => row.cpu),
  );
  const sections = plan.throughput.map(({ concurrency }) => {
    const isOurs = (row: { readonly concurrency: number }) => row.concurrency === concurrency;
    const title = `Tasks that do nothing, ${count(plan.groups)} groups, c = ${concurrency}`;
    return [title, throughputTable(throughput.filter(isOurs), latency.filter(isOurs))] as const;
  });
  const { noisyTasks, quietGroups, quietTasks, taskMs, concurrency } = plan.neighbour;
  const beside = `${quietGroups} quiet groups of ${quietTasks} behind one group of ${count(noisyTasks)}, ${taskMs} ms each, c = ${concurrency}`;
  const all = [
    ...sections,
    [`${count(plan.manyGroups)} groups of one task, c = 100`, throughputTable(manyGroups, [])] as const,
    [beside, waitTable(neighbour)] as const,
  ];
  return [describeQuietness(cpu), ...all.map(([title, table]) => `### ${title}\n\n${table}\n`)].join("\n");
}

type Named<T> = readonly (T & { readonly name: ContenderName })[];

function throughputTable(rows: Named<ThroughputFigures>, latencies: Named<WaitFigures>): string {
  const reference = middle(rows, contenderNames[0], (row) => row.tasksPerSec);
  const header = [
    "queue",
    "tasks/s",
    "of plain",
    "scripts/task",
    "Redis µs/task in scripts",
    "in all",
    "worker µs/task",
  ];
  const more = ["enqueued/s", "bytes per waiting task", "worker, Redis CPU"];
  const waits = latencies.length === 0 ? [] : ["start after p50 ms", "p99 ms"];
  const table = namesIn(rows).map((name) => {
    const of = (read: (row: ThroughputFigures) => number) => middle(rows, name, read);
    const waited = (read: (row: WaitFigures) => number) => milliseconds(middle(latencies, name, read));
    return [
      contenders[name].title,
      count(of((row) => row.tasksPerSec)),
      percent(of((row) => row.tasksPerSec) / reference),
      of((row) => row.scriptsPerTask).toFixed(2),
      count(of((row) => row.scriptUsPerTask)),
      count(of((row) => row.redisCpuUsPerTask)),
      count(of((row) => row.workerCpuUsPerTask)),
      ...(waits.length === 0 ? [] : [waited(({ waitMs }) => waitMs.p50), waited(({ waitMs }) => waitMs.p99)]),
      count(of((row) => row.enqueuedPerSec)),
      count(of((row) => row.bytesPerWaitingTask)),
      `${percent(of(({ cpu }) => cpu.worker))}, ${percent(of(({ cpu }) => cpu.redis))}`,
    ];
  });
  return formatTable([...header, ...waits, ...more], table);
}

function waitTable(rows: Named<WaitFigures>): string {
  const table = namesIn(rows).map((name) => {
    const waited = (read: (wait: WaitFigures["waitMs"]) => number) =>
      milliseconds(middle(rows, name, ({ waitMs }) => read(waitMs)));
    return [contenders[name].title, waited(({ p50 }) => p50), waited(({ p95 }) => p95), waited(({ max }) => max)];
  });
  return formatTable(["queue", "quiet tasks wait p50 ms", "p95 ms", "max ms"], table);
}

function namesIn(rows: Named<object>): readonly ContenderName[] {
  return contenderNames.filter((wanted) => rows.some(({ name }) => name === wanted));
}

function middle<T>(rows: Named<T>, wanted: ContenderName | undefined, read: (row: T) => number): number {
  return median(rows.filter(({ name }) => name === wanted).map(read));
}
