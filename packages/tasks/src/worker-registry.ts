import { isHubsOwn } from "./task.ts";

/**
 * The workers that are alive, as each of them says of itself. A worker renews what it says every 3 s behind a lease of 10 s, on the list
 * of processes (`createRedisNodeRegistry`, kind `workers`), so one that was killed is gone after 10 s and one that stops at once. After a
 * loss of Redis' data the next renewal writes it again.
 */
export interface WorkerRegistry {
  list(): Promise<readonly WorkerState[]>;
}

export interface WorkerState {
  readonly uid: string;
  /** The host and the port of its probes. */
  readonly name: string;
  readonly version: string;
  /** The hash of what it was started with; absent: a release that does not say. */
  readonly settings?: string;
  /** The queue it takes tasks from. */
  readonly queue: string;
  /** What it can run; the hub's own handlers, which every worker has, are not among them. */
  readonly handlers: readonly HandlerState[];
  /** Attempts it may run at the same time. */
  readonly concurrency: number;
  /** Attempts it runs now. */
  readonly busy: number;
  /** Of these, second and further ones; absent: a release that does not say. */
  readonly busyRetrying?: number;
  /** Attempts it runs now, by handler; one that runs none is not there. Absent: a release that does not say. */
  readonly running?: Readonly<Record<string, number>>;
  /** By handler, what its last ten or so attempts took, those that failed as 0; a handler that has run nothing yet is not there. */
  readonly secondsPerTask: Readonly<Record<string, number>>;
  /** The same whatever came of them; absent: a release that does not say. */
  readonly attemptSeconds?: Readonly<Record<string, number>>;
  /** The parent that started it; absent for one that was started by itself. */
  readonly pool?: string;
  readonly startedAtMs: number;
  /** It stops: it finishes what it runs, and takes nothing more. */
  readonly isDraining?: boolean;
  /** It stops, since its pool has gone without having said that it would. */
  readonly isOrphan?: boolean;
}

export interface HandlerState {
  readonly name: string;
  /** `module`, `http` or `command`. */
  readonly kind: string;
  /** Its own, as the settings say; absent when they say none. */
  readonly version?: string;
  /** Its share, tasks at the same time over all workers; 0: as many as can; absent: a release that does not say. */
  readonly concurrency?: number;
}

/**
 * Whether one of these workers can run a handler. Where there is none at all nobody is known to lack it: the next one may have it.
 */
export function handledBy(workers: readonly Pick<WorkerState, "handlers">[]): (handler: string) => boolean {
  const names = new Set(workers.flatMap(({ handlers }) => handlers.map(({ name }) => name)));
  return (handler) => workers.length === 0 || names.has(handler) || isHubsOwn(handler);
}
