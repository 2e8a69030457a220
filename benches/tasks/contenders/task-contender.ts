/** A queue under test: how to put tasks into it and how to run them. Each is used as its documentation says. */
export interface TaskContender {
  /** In their order. Resolves when the queue has them all. */
  enqueue(tasks: readonly BenchTask[]): Promise<void>;
  /** Starts one worker, `concurrency` tasks at a time. */
  work(concurrency: number, handle: (task: BenchTask) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface BenchTask {
  /** When it was to be enqueued, in microseconds of the machine's clock. */
  readonly t: number;
  readonly group: string;
}

export type OpenContender = (redisUrl: string) => Promise<TaskContender>;

/** How long finished tasks are kept, by age and number: what our worker does, asked of the others as far as they can. */
export const keep = { age: 3_600, count: 1_000 };
