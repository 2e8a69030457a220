import type { ProcessKind } from "./overview.ts";

/** `GET /ops/api/processes`: by kind and name. */
export interface ProcessesAnswer {
  readonly processes: readonly ProcessAnswer[];
}

export interface ProcessAnswer {
  readonly kind: ProcessKind;
  readonly uid: string;
  readonly name: string;
  readonly version: string;
  /** The hash of what it was started with; null: it does not say. */
  readonly settings: string | null;
  /** `gone`: not on the list any more, told of for ten minutes. */
  readonly state: "up" | "draining" | "gone";
  readonly lastSeenAtMs: number;
  /** Null: it does not say. */
  readonly startedAtMs: number | null;
  readonly gateway: GatewayFigures | null;
  readonly worker: WorkerFigures | null;
}

export interface GatewayFigures {
  readonly clients: number;
  readonly users: number;
  readonly subscriptions: number;
  readonly channels: number;
}

export interface WorkerFigures {
  /** Of which parent it is a process; null: of none. */
  readonly pool: string | null;
  readonly busy: number;
  readonly slots: number;
  readonly handlers: readonly string[];
  readonly secondsPerTask: Readonly<Record<string, number>>;
}

/** `GET /ops/api/workers`: who runs what, and whether that is enough. */
export interface WorkersAnswer {
  readonly needSlots: number;
  readonly slots: number;
  readonly busy: number;
  readonly runnable: number;
  readonly oldestRunnableAgeMs: number | null;
  readonly targetWaitSeconds: number;
  readonly handlers: readonly HandlerAnswer[];
  /** Of kind `worker`. */
  readonly workers: readonly ProcessAnswer[];
}

export interface HandlerAnswer {
  readonly name: string;
  /** Empty: no worker has it. */
  readonly kind: string;
  readonly version: string;
  readonly workers: number;
  readonly runnable: number;
  /** Those of `runnable` that have failed before. */
  readonly retrying: number;
  /** What an attempt takes, whatever comes of it: mean over the workers that have run it; null: none has. */
  readonly attemptSeconds: number | null;
}
