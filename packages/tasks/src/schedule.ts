import type { TaskId } from "@switchyard/protocol/task-id";
import type { ScheduleId } from "./ids-from-outside.ts";
import type { TaskRecord } from "./task.ts";
import type { MissedPolicy, OverlapPolicy, ScheduledTask, ScheduleSpec } from "./schedule-spec.ts";

/**
 * A schedule says when which task is enqueued, without a loop of anybody's own. It is kept as data under an id its owner chooses;
 * the times it names are its *ticks*.
 *
 * What is promised: each tick becomes one task, whichever worker dies. Every worker looks at what is due, and a script in Redis
 * compares what that worker believes (revision and tick) with what is, admits the task and writes the next tick in one step; of
 * two workers the second finds another tick. The id of the task follows from the schedule and the tick. When Redis itself loses
 * its last second both are lost together, so the tick fires again under the same id: a repetition, never a hole.
 *
 * "Due" is decided by Redis' clock. A worker whose own clock is more than a minute away from it stands aside, since one of the two
 * is wrong and nobody knows which.
 *
 * A tick that is late by more than a second was *missed*, and `missed` says what becomes of it: `run_once` runs the newest of
 * them, `run_all` the newest 100, `skip` none; what is not run is counted and logged. Older ones than `missedWindowMs` do not run.
 * A one-shot runs however late it is.
 *
 * A tick whose predecessor has not ended is decided by `overlap`: `skip` passes it over, `allow` runs both, `cancel_other` ends the
 * one before, `queue` has them wait for each other in a group of their own, and `buffer_one` the same with one waiting at most.
 *
 * A paused schedule has no tick; resumed it goes on with the next one from then, and what lay between is not missed.
 */
export interface Schedules {
  /**
   * Creates or replaces. The same request again changes nothing; another one that keeps the times keeps the tick, too.
   * `ifRevision`: only this revision is replaced.
   * @throws TaskRejection naming the field and its bound.
   */
  put(id: string, request: ScheduleRequest, ifRevision?: number): Promise<PutReply>;
  /** Undefined when there is none of this id. */
  get(id: string): Promise<ScheduleDescription | undefined>;
  /** By id. */
  list(page: { readonly cursor?: string; readonly limit?: number }): Promise<SchedulePage>;
  /** False when there was none. Tasks it has made stay. */
  remove(id: string): Promise<boolean>;
  /** `note`: why, `by`: whose act it is, both for people. */
  pause(id: string, note?: string, by?: string): Promise<ScheduleDescription | undefined>;
  resume(id: string): Promise<ScheduleDescription | undefined>;
  /** Runs it now, besides its ticks and also when it is paused. `overlap`: instead of its own. */
  trigger(id: string, overlap?: OverlapPolicy): Promise<RunReply | undefined>;
  /** Runs the ticks of a time that has passed, 1 000 at most. A tick whose task has a record still is not run again. */
  backfill(id: string, span: BackfillSpan): Promise<BackfillReply | undefined>;
  /** What a request would come to; nothing is stored. `count`: ticks, 100 at most. */
  preview(request: ScheduleRequest, count?: number): Promise<SchedulePreview>;
}

/** Exactly one of `cron`, `everyMs` and `at` (or `atMs`), and one of `task`, `publish` and `notify`. */
export interface ScheduleRequest {
  /** Five fields, or six with seconds in front; `L`, `W`, `#` and `@daily` are known. With `timeZone`, an IANA name; UTC without. */
  readonly cron?: string;
  readonly timeZone?: string;
  /** From 1 000, counted from 1970 and `offsetMs`: no time zone has a say in it. */
  readonly everyMs?: number;
  readonly offsetMs?: number;
  /** Once: milliseconds since 1970, ISO 8601 with its offset, or a local time with `timeZone`. */
  readonly at?: number | string;
  readonly atMs?: number;
  /** Which of the two, where a local time comes twice; default `first`. */
  readonly fold?: "first" | "second";
  readonly task?: ScheduledTask;
  /** What `hub.publish` takes. */
  readonly publish?: object;
  /** What `hub.notify` takes. */
  readonly notify?: object;
  readonly overlap?: OverlapPolicy;
  readonly missed?: MissedPolicy;
  readonly missedWindowMs?: number;
  /** Each tick is put off by a part of it that follows from id and tick, so that many schedules do not fire at once. */
  readonly jitterMs?: number;
  /** No tick before, none after; each of the two as it is named by one of its fields. */
  readonly startAt?: number | string;
  readonly startAtMs?: number;
  readonly endAt?: number | string;
  readonly endAtMs?: number;
  /** After so many tasks, counted since it was created, it is finished; 0, the default: never. */
  readonly maxRuns?: number;
  /** Pauses after so many of its tasks in a row have failed; 0, the default: never. */
  readonly pauseAfter?: number;
}

/** What the handler is told in `data.schedule`. */
export interface TickNote {
  readonly id: ScheduleId;
  readonly kind: "tick" | "trigger" | "backfill";
  readonly tickMs: number;
  readonly firedAtMs: number;
  readonly lateMs: number;
  /** Ticks passed over right before this one. */
  readonly missed: number;
  readonly previousTickMs: number | null;
}

export type PutReply =
  | { readonly verdict: "created" | "updated" | "unchanged"; readonly schedule: ScheduleDescription }
  /** `ifRevision` was another one; `revision` is what it is, 0 for none. */
  | { readonly verdict: "conflict"; readonly revision: number };

export type ScheduleState = "active" | "paused" | "finished";

export interface ScheduleSummary {
  readonly id: ScheduleId;
  readonly revision: number;
  readonly state: ScheduleState;
  /** Null: what is stored cannot be read. It is paused when it is due; putting it again mends it. */
  readonly spec: ScheduleSpec | null;
  /** Null while it is paused or finished. */
  readonly nextAtMs: number | null;
  readonly note: string | null;
  /** Since when it is paused, and whose act that was; null: it is not, or nobody knows; `pausedBy` also where the hub itself did it. */
  readonly pausedAtMs: number | null;
  readonly pausedBy: string | null;
  readonly counts: ScheduleCounts;
  /** Ticks that were passed over since a day without any, and when the last was; null: none ever. */
  readonly lately: { readonly missed: number; readonly lastAtMs: number } | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface ScheduleDescription extends ScheduleSummary {
  /** Up to ten; of a paused one, what they would be. */
  readonly upcomingMs: readonly number[];
  readonly warnings: readonly string[];
  /** Its newest task; `status` is null when nothing is known of it any more. */
  readonly last: LastRun | null;
  /** Up to ten, the newest first. */
  readonly recent: readonly LogEntry[];
  /** Among the recent ones. */
  readonly running: readonly TaskId[];
}

export interface LastRun {
  readonly tickMs: number;
  readonly taskId: TaskId;
  readonly status: TaskRecord["status"] | null;
}

export interface ScheduleCounts {
  readonly fired: number;
  readonly missed: number;
  readonly skipped: number;
  /** Of its tasks, as far as the next tick has looked at them. */
  readonly failed: number;
}

/** `missed`: not run, `count` of them. `skipped`: the one before had not ended. `refused`: the group was full. */
export interface LogEntry {
  readonly outcome: "fired" | "missed" | "skipped" | "refused" | "triggered" | "backfilled";
  readonly tickMs: number;
  readonly atMs: number;
  readonly count: number;
  readonly taskId: TaskId | null;
}

export interface SchedulePage {
  readonly items: readonly ScheduleSummary[];
  /** Empty: that was all. */
  readonly cursor: string;
}

export interface RunReply {
  readonly outcome: "fired" | "skipped" | "refused" | "known";
  readonly taskId: TaskId | null;
}

/** Both ends are included. */
export interface BackfillSpan {
  readonly from?: number | string;
  readonly fromMs?: number;
  readonly to?: number | string;
  readonly toMs?: number;
  readonly dryRun?: boolean;
}

/** `fired` and the other counts are 0 in a dry run. */
export interface BackfillReply {
  readonly ticksMs: readonly number[];
  readonly fired: number;
  readonly known: number;
  readonly skipped: number;
  readonly refused: number;
}

export interface SchedulePreview {
  readonly spec: ScheduleSpec;
  readonly upcomingMs: readonly number[];
  /**
   * In words: what comes of clock changes before the last of them that its times fall into, and that a jitter is longer than the time
   * between two of them.
   */
  readonly warnings: readonly string[];
}
