// What the api tells the console under /ops/api. Both sides are checked against these types; times are milliseconds since 1970 by
// Redis' clock, ages and spans are milliseconds.

/** `GET /ops/api/overview`. */
export interface OverviewAnswer {
  /** The hash of the console that the api serves, by which a page knows that it is of another version. */
  readonly console: string;
  /** Who asks sees some groups only: figures of the whole hub are all 0, and the lists have those groups alone. */
  readonly isNarrow: boolean;
  /** What a person should look at, the most urgent first. Judged by the api alone, so that no page sees it otherwise. */
  readonly needs: readonly Need[];
  /** Of a rule with more subjects than are listed, how many besides. */
  readonly moreNeeds: readonly MoreNeeds[];
  readonly needTotals: NeedTotals;
  readonly tasks: TaskFigures;
  /** Those with most waiting. */
  readonly groups: readonly GroupFigures[];
  readonly clients: ClientFigures;
  readonly processes: readonly ProcessCount[];
}

export interface TaskFigures {
  readonly queued: number;
  readonly running: number;
  readonly retrying: number;
  readonly delayed: number;
  readonly dead: number;
  readonly runnable: number;
  /** Null: nothing is runnable. */
  readonly oldestRunnableAgeMs: number | null;
  /** Null: not known yet. */
  readonly inPerSecond: number | null;
  readonly outPerSecond: number | null;
  /** Attempts that should run at the same time to begin what is runnable in time. */
  readonly needSlots: number;
  /** Attempts that workers can run at the same time. */
  readonly slots: number;
}

export interface GroupFigures {
  /** Empty: the tasks without a group. */
  readonly id: string;
  readonly waiting: number;
  readonly active: number;
  /** Null: no bound. */
  readonly limit: number | null;
  readonly oldestAgeMs: number | null;
}

export interface ClientFigures {
  readonly clients: number;
  readonly users: number;
  readonly subscriptions: number;
}

export type ProcessKind = "gateway" | "api" | "worker";

export interface ProcessCount {
  readonly kind: ProcessKind;
  readonly count: number;
  readonly versions: readonly string[];
}

/** `critical`: something does not work now. `warning`: something will not go on by itself. `notice`: worth knowing. */
export type Severity = "critical" | "warning" | "notice";

/** What is not listed of a rule that is about many. */
export interface MoreNeeds {
  readonly code: Need["code"];
  readonly severity: Severity;
  readonly count: number;
  /** Not all was looked at, so there may be more. */
  readonly isAtLeast: boolean;
}

/** All of them, listed or not. */
export interface NeedTotals {
  /** Not only notices. */
  readonly urgent: number;
  readonly notices: number;
  readonly isAtLeast: boolean;
}

/** One thing that needs somebody; needs/need-rules.ts says of each code when it is told. */
export type Need = { readonly severity: Severity } & (
  | { readonly code: "redis_away"; readonly name: string }
  | { readonly code: "redis_refuses"; readonly why: "full" | "replica" | "disk" | "other" }
  | { readonly code: "no_gateway" }
  | { readonly code: "no_worker"; readonly waiting: number }
  | { readonly code: "queue_paused"; readonly by: string }
  | { readonly code: "handler_missing"; readonly handler: string; readonly runnable: number }
  | { readonly code: "tasks_late"; readonly oldestAgeMs: number; readonly needSlots: number; readonly slots: number }
  | { readonly code: "attempts_lost"; readonly count: number }
  | {
      readonly code: "process_lost";
      readonly kind: ProcessKind | "pool";
      readonly name: string;
      readonly lastSeenAtMs: number;
    }
  | {
      readonly code: "group_paused";
      readonly group: string;
      readonly reason: string;
      readonly waiting: number;
      /** Null: nobody knows. */
      readonly pausedAtMs: number | null;
      /** Null: the hub itself, or nobody knows. */
      readonly pausedBy: string | null;
    }
  | {
      readonly code: "dead_letters";
      readonly group: string;
      readonly count: number;
      /** Of so many, the newest, it is known what they failed with. */
      readonly examined: number;
      /** What those failed with, the most frequent first. */
      readonly kinds: readonly { readonly handler: string; readonly reason: string; readonly count: number }[];
      /** A task to look at. */
      readonly newestId: string;
      readonly newestAtMs: number;
    }
  | { readonly code: "schedule_overdue"; readonly id: string; readonly dueAtMs: number }
  | { readonly code: "schedule_missed"; readonly id: string; readonly count: number; readonly atMs: number }
  | { readonly code: "schedule_unreadable"; readonly id: string }
  | { readonly code: "versions_differ"; readonly versions: readonly string[] }
  | { readonly code: "settings_differ"; readonly kind: ProcessKind; readonly variants: number }
);
