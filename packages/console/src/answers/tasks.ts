// What `/v1` answers to anybody about tasks, groups and schedules, as far as the console shows it; a test in the api holds the two together.

export interface GroupAnswer {
  /** Empty: the tasks without a group; `*`: all groups without settings of their own. */
  readonly id: string;
  readonly status: "idle" | "ready" | "maxed" | "limited" | "paused" | "throttled";
  readonly reason: string | null;
  readonly pausedAtMs: number | null;
  readonly pausedBy: string | null;
  readonly limitedUntilMs: number | null;
  readonly waiting: number;
  readonly active: number;
  readonly held: number;
  readonly oldest: { readonly id: string; readonly enqueuedAtMs: number } | null;
  readonly deadLetters: number;
  readonly settings: GroupSettingsAnswer;
  /** Something was set for it. */
  readonly hasOwnSettings: boolean;
}

export interface GroupSettingsAnswer {
  readonly concurrency: number | null;
  readonly weight: number;
  readonly rate: { readonly max: number; readonly perMs: number } | null;
  readonly onFailure: "block" | "skip" | { readonly pauseAfter: number };
  readonly maxSize: number | null;
  readonly onFull: "reject" | "drop-oldest" | "drop-newest";
}

export interface GroupPageAnswer {
  readonly groups: readonly GroupAnswer[];
  readonly cursor: string | null;
}

export interface DeadLetterAnswer {
  readonly id: string;
  readonly handler: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAtMs: number;
}

export interface DeadLetterPageAnswer {
  readonly deadLetters: readonly DeadLetterAnswer[];
  readonly cursor: string | null;
}

export type TaskStatusAnswer = "queued" | "running" | "retrying" | "succeeded" | "failed" | "cancelled";

export interface TaskHeadAnswer {
  readonly id: string;
  readonly handler: string;
  readonly group: string;
  readonly user: string;
  readonly status: TaskStatusAnswer;
  readonly percent: number | null;
  readonly attempt: number;
  readonly attempts: number;
  readonly error: { readonly code: string | null; readonly message: string } | null;
  readonly enqueuedAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly dueAtMs: number | null;
}

export interface TaskPageAnswer {
  readonly tasks: readonly TaskHeadAnswer[];
  readonly cursor: string | null;
  readonly examined: number;
  readonly total: number;
  readonly isComplete: boolean;
}

/** What a task has come to; for operators, since results and messages are what tasks carry. */
export interface TaskAnswer {
  readonly message: string | null;
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly seq: number;
}

export interface WhyAnswer {
  readonly state: string;
  /** Empty: the task has none. */
  readonly group: string;
  /** In English. */
  readonly text: string;
  readonly ahead?: number;
  readonly paused?: "queue" | "group";
  readonly reason?: string;
  readonly limit?: string | number;
}

export interface AttemptsAnswer {
  /** The oldest first. */
  readonly attempts: readonly AttemptAnswer[];
  /** What was done to it after it had failed for good. */
  readonly acts: readonly TaskActAnswer[];
}

export interface TaskActAnswer {
  readonly act: "retry" | "discard";
  readonly askedAtMs: number;
  /** Null: nobody said. */
  readonly by: string | null;
  readonly reason: string | null;
}

export interface AttemptAnswer {
  readonly number: number;
  readonly outcome: "running" | "succeeded" | "failed" | "cancelled" | "handed_back";
  /** Null: nobody wrote it down. */
  readonly worker: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Where the handler's own code threw. */
  readonly place: string | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** What the handler said meanwhile, its last lines. */
  readonly log: readonly { readonly afterMs: number; readonly text: string }[];
  readonly logDropped: number;
}
