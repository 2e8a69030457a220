// What `/v1` answers to anybody about tasks, groups and schedules, as far as the console shows it; a test in the api holds the two together.

export interface GroupAnswer {
  /** Empty: the tasks without a group; `*`: all groups without settings of their own. */
  readonly id: string;
  readonly status: "idle" | "ready" | "maxed" | "limited" | "paused" | "throttled";
  readonly reason: string | null;
  readonly limitedUntilMs: number | null;
  readonly waiting: number;
  readonly active: number;
  readonly held: number;
  readonly oldest: { readonly id: string; readonly enqueuedAtMs: number } | null;
  readonly deadLetters: number;
  readonly settings: GroupSettingsAnswer;
}

export interface GroupSettingsAnswer {
  readonly concurrency: number | null;
  readonly weight: number;
  readonly rate: { readonly max: number; readonly perMs: number } | null;
  readonly onFailure: "block" | "skip" | { readonly pauseAfter: number };
  readonly maxSize: number | null;
  readonly onFull: "reject" | "drop-oldest" | "drop-newest";
}
