// What `/v1` answers about schedules, as far as the console shows it.

export interface SchedulePageAnswer {
  readonly schedules: readonly ScheduleSummaryAnswer[];
  readonly cursor: string | null;
}

export interface ScheduleSummaryAnswer {
  readonly id: string;
  readonly state: "active" | "paused" | "finished";
  /** When it runs, in words. */
  readonly text: string;
  readonly textZh: string;
  /** Null: what is stored cannot be read. */
  readonly spec: { readonly timing: { readonly timeZone?: string } } | null;
  readonly nextAtMs: number | null;
  readonly note: string | null;
  readonly pausedAtMs: number | null;
  readonly pausedBy: string | null;
  readonly counts: {
    readonly fired: number;
    readonly missed: number;
    readonly skipped: number;
    readonly failed: number;
  };
}

export interface ScheduleAnswer extends ScheduleSummaryAnswer {
  readonly upcomingMs: readonly number[];
  readonly warnings: readonly string[];
  /** Up to ten, the newest first. */
  readonly recent: readonly FiringAnswer[];
}

export interface FiringAnswer {
  readonly outcome: "fired" | "missed" | "skipped" | "refused" | "triggered" | "backfilled";
  readonly tickAtMs: number;
  readonly loggedAtMs: number;
  readonly count: number;
  readonly taskId: string | null;
}
