import { setTimeout as wait } from "node:timers/promises";
import type { CpuShares } from "../machine/cpu-watch.ts";
import type { TaskPlan } from "./plan.ts";
import type { WorkReading } from "./task-process.ts";
import type { TaskStage } from "./task-stage.ts";

export interface ThroughputFigures {
  readonly tasksPerSec: number;
  readonly scriptsPerTask: number;
  readonly scriptUsPerTask: number;
  /** Processor time, whatever it was spent on. */
  readonly redisCpuUsPerTask: number;
  /** From the first task's start on. */
  readonly workerCpuUsPerTask: number;
  readonly bytesPerWaitingTask: number;
  readonly enqueuedPerSec: number;
  readonly cpu: CpuShares<"worker" | "producer" | "redis">;
}

/** Everything is enqueued first; then one worker runs tasks that do nothing until all are done. */
export async function measureThroughput(
  stage: TaskStage,
  { concurrency, tasks, groups }: { concurrency: number; tasks: number; groups: number },
): Promise<ThroughputFigures> {
  const empty = await stage.costs();
  const startedMs = performance.now();
  await stage.producer.call("enqueue", { count: tasks, groups, prefix: "lane" });
  const enqueuedPerSec = (tasks / (performance.now() - startedMs)) * 1_000;
  const full = await stage.costs();
  const endWatch = await stage.watchCpu();
  const workedFromMs = performance.now();
  await stage.consumer.call("work", { concurrency, taskMs: 0, watched: "lane" });
  const { elapsedMs, cpuUs } = await stage.untilStarted(tasks);
  const [cpu, windowMs] = [await endWatch(), performance.now() - workedFromMs];
  // The last ones have started and not finished.
  await wait(200);
  const done = await stage.costs();
  return {
    tasksPerSec: (tasks / elapsedMs) * 1_000,
    scriptsPerTask: (done.scripts - full.scripts) / tasks,
    scriptUsPerTask: (done.scriptUs - full.scriptUs) / tasks,
    redisCpuUsPerTask: (cpu.redis * windowMs * 1_000) / tasks,
    workerCpuUsPerTask: cpuUs / tasks,
    bytesPerWaitingTask: (full.memoryBytes - empty.memoryBytes) / tasks,
    enqueuedPerSec,
    cpu,
  };
}

export interface WaitFigures {
  readonly waitMs: WorkReading["waitMs"];
  readonly tasks: number;
  readonly cpu: CpuShares<"worker" | "producer" | "redis">;
}

/** Tasks come one by one to a worker that is already there and has nothing else to do. */
export async function measureLatency(
  stage: TaskStage,
  { latency: { ratePerSec, durationMs }, groups }: TaskPlan,
): Promise<WaitFigures> {
  await stage.producer.call("enqueueAtRate", { ratePerSec, groups, durationMs: durationMs / 3 });
  await stage.consumer.call("reset", { watched: "lane" });
  const endWatch = await stage.watchCpu();
  await stage.producer.call("enqueueAtRate", { ratePerSec, groups, durationMs });
  await wait(300);
  const { waitMs, watched: tasks } = await stage.consumer.call("read");
  return { waitMs, tasks, cpu: await endWatch() };
}

/** One group has a pile of tasks; then many groups come with a few each. How long do those wait? */
export async function measureNeighbour(stage: TaskStage, { neighbour }: TaskPlan): Promise<WaitFigures> {
  const { noisyTasks, quietGroups, quietTasks, taskMs, concurrency } = neighbour;
  const quiet = quietGroups * quietTasks;
  await stage.producer.call("enqueue", { count: noisyTasks, groups: 1, prefix: "noisy" });
  await stage.producer.call("enqueue", { count: quiet, groups: quietGroups, prefix: "quiet" });
  const endWatch = await stage.watchCpu();
  await stage.consumer.call("work", { concurrency, taskMs, watched: "quiet" });
  const { waitMs } = await stage.untilStarted(quiet);
  return { waitMs, tasks: quiet, cpu: await endWatch() };
}
