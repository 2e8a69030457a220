import type { WaitingWork } from "@switchyard/tasks/slots-needed";

/** What the pool knows at one moment: all the rule looks at, and nothing it has to ask for. Times are of one clock that never goes back. */
export interface PoolSample {
  readonly atMs: number;
  /** Undefined where Redis did not say. */
  readonly backlog: PoolBacklog | undefined;
  /** Processes the pool means to have: those that take tasks, start, or wait to be started again; not those that are on their way out. */
  readonly processes: number;
  /** Of these, how many take tasks and have said what they do. */
  readonly ready: number;
  /** Of these, how many have answered nothing for ten seconds: they stand still, and nothing is to be waited for from them. */
  readonly silent: number;
  readonly work: PoolWork;
  /** Processes that have ended before they had taken tasks for 10 s, since the last sample. */
  readonly earlyDeaths: number;
  readonly room: PoolRoom;
}

/** This pool's share of what waits. */
export interface PoolBacklog extends WaitingWork {
  /** How long the oldest first attempt that a worker can run could have run already; null without one. */
  readonly oldestAgeMs: number | null;
}

/** What all processes did together since the last sample. */
export interface PoolWork {
  /** Slots in use, on average over the time. */
  readonly busy: number;
  /** Of these, with second and further attempts. */
  readonly busyRetrying: number;
  readonly handlers: ReadonlyMap<string, HandlerWork>;
}

/** Attempts that have ended. */
export interface HandlerWork {
  /** Whatever came of them. */
  readonly attempts: number;
  readonly succeeded: number;
  /** Time in the handler of those that succeeded, and of all. */
  readonly succeededSeconds: number;
  readonly attemptSeconds: number;
}

/** What the machine has left. */
export interface PoolRoom {
  /** Processes that fit into memory beside those that are there. */
  readonly byMemory: number;
  readonly cores: number;
  /** Whether the processes spend their time computing. Those that wait for others may be more than there are cores. */
  readonly isComputing: boolean;
}
