/** How much of everything; the scenarios read nothing else. */
export interface TaskPlan {
  readonly rounds: number;
  readonly groups: number;
  /** By concurrency of the one worker. */
  readonly throughput: readonly { readonly concurrency: number; readonly tasks: number }[];
  readonly latency: { readonly ratePerSec: number; readonly durationMs: number };
  readonly manyGroups: number;
  readonly neighbour: {
    readonly noisyTasks: number;
    readonly quietGroups: number;
    readonly quietTasks: number;
    readonly taskMs: number;
    readonly concurrency: number;
  };
}

export const fullTaskPlan: TaskPlan = {
  rounds: 1,
  groups: 1_000,
  throughput: [
    { concurrency: 1, tasks: 2_000 },
    { concurrency: 10, tasks: 6_000 },
    { concurrency: 100, tasks: 15_000 },
  ],
  latency: { ratePerSec: 200, durationMs: 3_000 },
  manyGroups: 100_000,
  neighbour: { noisyTasks: 8_000, quietGroups: 500, quietTasks: 4, taskMs: 2, concurrency: 10 },
};

/** A smoke test: every path once, figures worth nothing. */
export const quickTaskPlan: TaskPlan = {
  rounds: 1,
  groups: 100,
  throughput: [
    { concurrency: 1, tasks: 100 },
    { concurrency: 10, tasks: 500 },
    { concurrency: 100, tasks: 1_000 },
  ],
  latency: { ratePerSec: 100, durationMs: 300 },
  manyGroups: 2_000,
  neighbour: { noisyTasks: 400, quietGroups: 20, quietTasks: 4, taskMs: 2, concurrency: 10 },
};
