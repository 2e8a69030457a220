/** Answers of `/ops/api/bulk-acts…`, which are those of `/v1/bulk-acts…`. */
export interface BulkCountAnswer {
  readonly matched: number;
  /** False: there are more. */
  readonly isComplete: boolean;
  readonly untilMs: number;
}

export interface BulkActAnswer {
  readonly id: string;
  readonly act: BulkActName;
  readonly filter: BulkFilterAnswer;
  readonly status: "running" | "finished" | "aborted";
  readonly perSecond: number;
  readonly limit: number | null;
  readonly by: string;
  readonly matched: number;
  readonly isMatchedComplete: boolean;
  readonly done: number;
  readonly skipped: number;
  readonly beganAtMs: number;
  readonly endedAtMs: number | null;
}

export type BulkActName = "retry" | "cancel" | "discard";

/** What tasks have to be; what is absent matches anything. */
export interface BulkFilterAnswer {
  readonly status?: string | undefined;
  readonly handler?: string | undefined;
  /** `-`: those without one. */
  readonly group?: string | undefined;
  readonly user?: string | undefined;
  readonly reason?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface BulkActListAnswer {
  readonly bulkActs: readonly BulkActAnswer[];
}

export interface DeadReasonsAnswer {
  readonly reasons: readonly DeadReasonAnswer[];
  readonly examined: number;
  readonly total: number;
}

export interface DeadReasonAnswer {
  readonly reason: string;
  readonly count: number;
  readonly numbersDiffer: boolean;
  readonly newestAtMs: number;
}
