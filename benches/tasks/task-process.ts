import { setTimeout as wait } from "node:timers/promises";
import { build } from "hdr-histogram-js";
import { monotonicUs } from "../machine/monotonic-us.ts";
import { serveCalls } from "../process/serve-calls.ts";
import { startOpenSchedule } from "../publish/open-schedule.ts";
import { contenders, type ContenderName } from "./contenders/open-contender.ts";
import type { BenchTask, TaskContender } from "./contenders/task-contender.ts";

/** What the tasks whose group begins with `watched` waited, from enqueueing (or the worker's start, if later) to start. */
export interface WorkReading {
  readonly started: number;
  readonly watched: number;
  /** From the first task's start to the last one's: what a worker takes to come up is not paid for each task. */
  readonly elapsedMs: number;
  /** Processor time of this process since the first task's start. */
  readonly cpuUs: number;
  readonly waitMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
}

let contender: TaskContender | undefined;
const waits = build({ lowestDiscernibleValue: 1, highestTrackableValue: 600e6, numberOfSignificantValueDigits: 3 });
const work = { started: 0, watched: 0, sinceUs: 0, firstUs: 0, lastUs: 0, prefix: "" };
let cpuAtFirst = process.cpuUsage();

/** One side of a queue, producer or worker, in a process of its own. */
const taskCalls = {
  async open({ name, redisUrl }: { name: ContenderName; redisUrl: string }): Promise<void> {
    contender = await contenders[name].open(redisUrl);
  },
  /** `count` tasks, to `prefix-0` … `prefix-<groups - 1>` in turn, as fast as they are taken. */
  async enqueue({ count, groups, prefix }: { count: number; groups: number; prefix: string }): Promise<void> {
    const bulk = 500;
    for (let first = 0; first < count; first += bulk) {
      const t = monotonicUs();
      const length = Math.min(bulk, count - first);
      const tasks = Array.from({ length }, (_, index) => ({ t, group: `${prefix}-${(first + index) % groups}` }));
      await current().enqueue(tasks);
    }
  },
  /** One at a time on a fixed schedule. */
  async enqueueAtRate(options: { ratePerSec: number; groups: number; durationMs: number }): Promise<void> {
    let [count, failed] = [0, 0];
    const schedule = startOpenSchedule(options.ratePerSec, (t) => {
      count += 1;
      current()
        .enqueue([{ t, group: `lane-${count % options.groups}` }])
        .catch(() => (failed += 1));
    });
    await wait(options.durationMs);
    await schedule.stop();
    if (failed > 0) throw new Error(`${failed} tasks were not taken`);
  },
  /** `taskMs` is how long each task takes; 0 does nothing at all. */
  async work({
    concurrency,
    taskMs,
    watched,
  }: {
    concurrency: number;
    taskMs: number;
    watched: string;
  }): Promise<void> {
    reset({ watched });
    await current().work(concurrency, async (task) => {
      note(task);
      if (taskMs > 0) await wait(taskMs);
    });
  },
  reset({ watched }: { watched: string }): void {
    reset({ watched });
  },
  read(): WorkReading {
    const percentileMs = (percentile: number) => waits.getValueAtPercentile(percentile) / 1_000;
    return {
      started: work.started,
      watched: work.watched,
      elapsedMs: (work.lastUs - work.firstUs) / 1_000,
      cpuUs: cpuSince(cpuAtFirst),
      waitMs: { p50: percentileMs(50), p95: percentileMs(95), p99: percentileMs(99), max: waits.maxValue / 1_000 },
    };
  },
};
export type TaskCalls = typeof taskCalls;

serveCalls(taskCalls);

function reset({ watched }: { watched: string }): void {
  waits.reset();
  const now = monotonicUs();
  Object.assign(work, { started: 0, watched: 0, sinceUs: now, firstUs: now, lastUs: now, prefix: watched });
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function note({ t, group }: BenchTask): void {
  work.lastUs = monotonicUs();
  if (work.started === 0) {
    work.firstUs = work.lastUs;
    cpuAtFirst = process.cpuUsage();
  }
  work.started += 1;
  if (!group.startsWith(work.prefix)) return;
  work.watched += 1;
  waits.recordValue(Math.max(0, work.lastUs - Math.max(t, work.sinceUs)));
}

function current(): TaskContender {
  if (contender === undefined) throw new Error("open a queue first");
  return contender;
}
