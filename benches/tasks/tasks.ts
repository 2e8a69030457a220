import type { Bench, BenchContext } from "../bench.ts";
import { contenderNames, contenders, type ContenderName } from "./contenders/open-contender.ts";
import { formatTasks } from "./format-tasks.ts";
import { fullTaskPlan, quickTaskPlan, type TaskPlan } from "./plan.ts";
import {
  measureLatency,
  measureNeighbour,
  measureThroughput,
  type ThroughputFigures,
  type WaitFigures,
} from "./scenarios.ts";
import { openTaskStage, type TaskStage } from "./task-stage.ts";

/** Every measurement of the run, in the order they were made. */
export interface TaskFigures {
  readonly throughput: readonly (OfContender & ThroughputFigures & { readonly concurrency: number })[];
  readonly latency: readonly (OfContender & WaitFigures & { readonly concurrency: number })[];
  readonly manyGroups: readonly (OfContender & ThroughputFigures)[];
  readonly neighbour: readonly (OfContender & WaitFigures)[];
}

interface OfContender {
  readonly name: ContenderName;
}

/**
 * What do groups and records cost beside plain BullMQ, and what do they buy?
 *
 * The contenders take turns in each scenario, each in fresh processes over an empty Redis: one producer and Redis on a core,
 * one worker on the other.
 */
export const tasks: Bench = {
  name: "tasks",
  question: "What do groups and records cost beside plain BullMQ, and what do they buy?",
  minutes: 4,
  async run(context) {
    const plan = context.quick ? quickTaskPlan : fullTaskPlan;
    const rounds = context.options.rounds ?? plan.rounds;
    const figures = { throughput: [], latency: [], manyGroups: [], neighbour: [] } as Mutable<TaskFigures>;
    for (let round = 1; round <= rounds; round += 1) await runRound(plan, figures, context);
    return { markdown: formatTasks(figures, plan), figures: { plan, ...figures } };
  },
};

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

async function runRound(plan: TaskPlan, figures: Mutable<TaskFigures>, context: BenchContext): Promise<void> {
  const { groups, manyGroups } = plan;
  for (const { concurrency, tasks: count } of plan.throughput) {
    await eachContender(context, async (stage, name) => {
      const throughput = await measureThroughput(stage, { concurrency, tasks: count, groups });
      figures.throughput.push({ name, concurrency, ...throughput });
      figures.latency.push({ name, concurrency, ...(await measureLatency(stage, plan)) });
      context.say(`${contenders[name].title}, c = ${concurrency}: ${Math.round(throughput.tasksPerSec)} tasks/s`);
    });
  }
  await eachContender(context, async (stage, name) => {
    const many = await measureThroughput(stage, { concurrency: 100, tasks: manyGroups, groups: manyGroups });
    figures.manyGroups.push({ name, ...many });
    context.say(`${contenders[name].title}, ${manyGroups} groups: ${Math.round(many.tasksPerSec)} tasks/s`);
  });
  await eachContender(context, async (stage, name) => {
    const waits = await measureNeighbour(stage, plan);
    figures.neighbour.push({ name, ...waits });
    context.say(`${contenders[name].title}, beside a noisy neighbour: p95 ${Math.round(waits.waitMs.p95)} ms`);
  });
}

async function eachContender(
  { redis, options: { nodeOptions, floor } }: BenchContext,
  measure: (stage: TaskStage, name: ContenderName) => Promise<void>,
): Promise<void> {
  for (const name of contenderNames) {
    if ((name === "floor" || name === "recorded") && !floor) continue;
    const stage = await openTaskStage({ name, redis, nodeOptions });
    try {
      await measure(stage, name);
    } finally {
      await stage.close();
    }
  }
}
