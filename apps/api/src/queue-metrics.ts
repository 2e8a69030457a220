import { type Backlog, type ShareBacklog, topGroupsMax } from "@switchyard/tasks/backlog";
import type { SlotsNeeded } from "@switchyard/tasks/slots-needed";
import { isHubsOwn } from "@switchyard/tasks/task";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import type { WorkerRegistry, WorkerState } from "@switchyard/tasks/worker-registry";
import { Gauge, type Registry } from "prom-client";
import { slotsOfWorkers } from "./tasks/slots-of-workers.ts";

export interface QueueMetricsDeps {
  readonly registry: Registry;
  readonly queue: Pick<TaskQueue, "backlog">;
  readonly workers: WorkerRegistry;
  /** Of the catalog: these may be labels, others are producers' texts. */
  readonly handlers: Readonly<Record<string, unknown>>;
  readonly targetWaitSeconds: number;
}

interface Reading extends Pick<QueueMetricsDeps, "handlers"> {
  readonly backlog: Backlog;
  readonly slots: SlotsNeeded;
  readonly workers: readonly WorkerState[];
}

interface Series {
  readonly labels: Record<string, string>;
  readonly value: number;
}

interface QueueGauge {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** A number, or null while it is not known, of one without labels. */
  readonly tell: (reading: Reading) => readonly Series[] | number | null;
}

const gauges: readonly QueueGauge[] = [
  {
    name: "switchyard_queue_tasks",
    help: "Tasks by state: queued, running, retrying (between two attempts), delayed (not due yet) and dead (failed for good). Of more than 100 in the delayed set how many retry is estimated.",
    labelNames: ["state"],
    tell: ({ backlog }) => Object.entries(backlog.counts).map(([state, value]) => ({ labels: { state }, value })),
  },
  {
    name: "switchyard_queue_runnable",
    help: "Tasks a free slot would start at once, by handler and by attempt, first or retry; estimated where there are many.",
    labelNames: ["handler", "attempt"],
    tell: byHandler,
  },
  {
    name: "switchyard_queue_oldest_runnable_seconds",
    help: "For how long the oldest task that a free slot would start at once has been so; 0 when there is none. Retries apart, and tasks whose handler mostly fails or that no worker has.",
    tell: ({ slots }) => (slots.oldestAgeMs ?? 0) / 1_000,
  },
  {
    name: "switchyard_queue_in_per_second",
    help: "Tasks that came in and were due, over the last 10 s. Unknown in the first seconds of an api.",
    tell: ({ backlog }) => backlog.inPerSecond,
  },
  {
    name: "switchyard_queue_out_per_second",
    help: "Tasks that left for good, over the last 10 s. Unknown in the first seconds of an api.",
    tell: ({ backlog }) => backlog.outPerSecond,
  },
  {
    name: "switchyard_queue_need_slots",
    help: "Attempts that should run at the same time, over all workers: those that do, and what it takes to begin the runnable in time.",
    tell: ({ slots }) => slots.need,
  },
  {
    name: "switchyard_handler_share",
    help: "Tasks of a handler with a share that may run at the same time, over all workers.",
    labelNames: ["handler"],
    tell: (reading) => byShare(reading, ({ limit }) => [{ value: limit }]),
  },
  {
    name: "switchyard_handler_share_running",
    help: "Tasks of a handler with a share that run.",
    labelNames: ["handler"],
    tell: (reading) => byShare(reading, ({ running }) => [{ value: running }]),
  },
  {
    name: "switchyard_handler_share_waiting",
    help: "What waits for a place in a handler's share and for nothing else: ungrouped tasks (of=tasks), and groups whose next task does (of=groups).",
    labelNames: ["handler", "of"],
    tell: (reading) =>
      byShare(reading, ({ waitingTasks, waitingGroups }) => [
        { of: "tasks", value: waitingTasks },
        { of: "groups", value: waitingGroups },
      ]),
  },
  {
    name: "switchyard_workers",
    help: "Workers on the list of processes.",
    tell: ({ workers }) => workers.length,
  },
  {
    name: "switchyard_group_waiting",
    help: `Waiting tasks of the groups that have most, by rank, 1 to ${topGroupsMax}.`,
    labelNames: ["rank"],
    tell: ({ backlog }) => byRank(backlog, ({ waiting }) => waiting),
  },
  {
    name: "switchyard_group_oldest_seconds",
    help: "Age of the task that is next in line in the groups of these ranks, since it was enqueued or due.",
    labelNames: ["rank"],
    tell: ({ backlog }) => byRank(backlog, ({ oldestAgeMs }) => (oldestAgeMs ?? 0) / 1_000),
  },
];

/**
 * What waits, for whoever watches the queue or starts workers by it. An api tells it and not a worker, since it must be known where no
 * worker runs. Read when it is scraped, by one reading for all scrapes of a second. While Redis does not answer there are no series:
 * nothing waiting and nothing known are not the same, and a queue that looks empty would lose its workers.
 *
 * Groups are told by their rank and without their names, of which there is no end; `GET /v1/groups` has those.
 */
export function observeQueue({ registry, queue, workers, handlers, targetWaitSeconds }: QueueMetricsDeps): void {
  let reading: Promise<Reading | undefined> | undefined;
  /** One for all gauges of a scrape. */
  const read = () =>
    (reading ??= Promise.all([queue.backlog(), workers.list()])
      .then(([backlog, listed]) => {
        const slots = slotsOfWorkers(backlog, listed, targetWaitSeconds);
        return { handlers, backlog, slots, workers: listed };
      })
      .catch(() => undefined)
      .finally(() => (reading = undefined)));
  for (const { name, help, labelNames = [], tell } of gauges)
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      async collect() {
        const current = await read();
        const told = current === undefined ? null : tell(current);
        this.reset();
        // One without labels would be 0 now, which it is not.
        if (labelNames.length === 0) this.remove();
        if (typeof told === "number") this.set(told);
        else for (const { labels, value } of told ?? []) this.set(labels, value);
      },
    });
}

function byRank({ groups }: Backlog, value: (group: Backlog["groups"][number]) => number): readonly Series[] {
  const waiting = groups.filter((group) => group.waiting > 0);
  return waiting.map((group, index) => ({ labels: { rank: String(index + 1) }, value: value(group) }));
}

/** Of the catalog alone, as all labels of handlers. */
function byShare(
  { backlog, handlers }: Reading,
  tell: (share: ShareBacklog) => readonly { readonly of?: string; readonly value: number }[],
): readonly Series[] {
  const named = backlog.shares.filter(({ handler }) => Object.hasOwn(handlers, handler));
  return named.flatMap((share) =>
    tell(share).map(({ value, ...labels }) => ({ labels: { handler: share.handler, ...labels }, value })),
  );
}

function byHandler({ backlog, handlers: catalog }: Reading): readonly Series[] {
  const series = new Map<string, Series>();
  const add = (handler: string, attempt: string, count: number) => {
    const value = (series.get(`${handler} ${attempt}`)?.value ?? 0) + count;
    series.set(`${handler} ${attempt}`, { labels: { handler, attempt }, value });
  };
  for (const name of Object.keys(catalog)) {
    add(name, "first", 0);
    add(name, "retry", 0);
  }
  const isNamed = (handler: string) => Object.hasOwn(catalog, handler) || isHubsOwn(handler);
  let [first, retry] = [backlog.runnable - backlog.retryingRunnable, backlog.retryingRunnable];
  for (const one of backlog.handlers.filter(({ handler }) => isNamed(handler))) {
    add(one.handler, "first", one.runnable - one.retrying);
    add(one.handler, "retry", one.retrying);
    first -= one.runnable - one.retrying;
    retry -= one.retrying;
  }
  add("unknown", "first", Math.max(0, first));
  add("unknown", "retry", Math.max(0, retry));
  return [...series.values()];
}
