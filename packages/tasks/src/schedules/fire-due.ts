import { cutText } from "@switchyard/runtime/cut-text";
import type { TaskId } from "@switchyard/protocol/task-id";
import type { Logger } from "@switchyard/runtime/logger";
import type { ScriptPlace } from "../redis/define-script.ts";
import type { TickNote } from "../schedule.ts";
import type { ScheduleId } from "../ids-from-outside.ts";
import { TaskRejection } from "../task-rejection.ts";
import { jitterOf, planFiring } from "./plan-firing.ts";
import { readSpec, readWhole } from "./read-schedule.ts";
import { entryOf, type EntryParts, noEntry } from "./schedule-entry.ts";
import { type RawFiring, scheduleScripts as scripts } from "./schedule-scripts.ts";
import { timeZoneVersion } from "./timing.ts";

/** What a worker has done about one schedule, for who counts or tells. */
export interface FiringReport {
  readonly schedule: ScheduleId;
  /** `paused`: too many of its tasks have failed, or its task can no longer be enqueued. */
  readonly outcome: Exclude<RawFiring[0], "stale">;
  readonly tickMs: number;
  readonly missed: number;
  /** From when it was due to when it fired. */
  readonly lagMs: number;
  /** When, by Redis; no other report of this schedule has the same. */
  readonly atUs: number;
  /** The task before, if it has failed and that was found now. */
  readonly failed: TaskId | null;
  /** Why it is paused. */
  readonly note: string | null;
}

export interface FireParts extends EntryParts {
  /** Of `schedulePlace`. */
  readonly place: ScriptPlace;
  readonly logger: Logger;
  readonly onFired: (report: FiringReport) => void;
}

/** A schedule that is due, as list-due.lua answers. */
export interface DueSchedule {
  readonly id: ScheduleId;
  readonly dueMs: number;
  readonly fields: readonly (string | null)[];
  /** By Redis. */
  readonly nowMs: number;
}

const noteMaxLength = 500;

/** Settles one tick. Whoever comes second finds that it is not what it was, and that is all. */
export async function fireDue(due: DueSchedule, parts: FireParts): Promise<void> {
  try {
    await fire(due, parts);
  } catch (error) {
    // It is the same at the next try, and would be tried as long as there are workers. What Redis refuses is not: that passes.
    if (!(error instanceof TaskRejection)) throw error;
    await pause(due, `cannot be enqueued: ${error.message}`, parts);
  }
}

async function fire(due: DueSchedule, parts: FireParts): Promise<void> {
  const { id, dueMs, nowMs } = due;
  const [rev, incarnation, tickText, lastTick, specText] = due.fields;
  const tick = readWhole(tickText);
  const spec = readSpec(specText ?? "");
  if (tick === undefined || spec === undefined) {
    await pause(due, "cannot be read: what is stored of it is not what was put; put it again", parts);
    return;
  }
  // A tick that is put off is late from then on.
  const plan = planFiring(spec, tick, nowMs - jitterOf(id, tick, spec.jitterMs));
  const note: TickNote = {
    id,
    kind: "tick",
    tickMs: plan.run ?? tick,
    firedAtMs: nowMs,
    lateMs: nowMs - (plan.run ?? tick),
    missed: plan.missed,
    previousTickMs: readWhole(lastTick) ?? null,
  };
  const entry = plan.run === undefined ? noEntry : entryOf({ incarnation: incarnation ?? "", spec }, note, parts);
  const [outcome, nowUs, failed, why] = await scripts.fire.run(parts.place, {
    schedule: id,
    rev: rev ?? "",
    tick,
    last: plan.last,
    next: plan.next ?? "",
    due: plan.next === undefined ? 0 : plan.next + jitterOf(id, plan.next, spec.jitterMs),
    missed: plan.missed,
    run: plan.run ?? "",
    overlap: spec.overlap,
    maxRuns: spec.maxRuns,
    pauseAfter: spec.pauseAfter,
    tz: timeZoneVersion,
    looked: nowMs,
    ...entry,
  });
  if (outcome === "stale") return;
  const isSettled = outcome !== "paused" && outcome !== "finished";
  parts.onFired({
    schedule: id,
    outcome,
    tickMs: note.tickMs,
    missed: isSettled ? plan.missed : 0,
    lagMs: Number(nowUs) / 1_000 - dueMs,
    atUs: Number(nowUs),
    failed: failed === "" ? null : failed,
    note: why === "" ? null : why,
  });
}

async function pause({ id, dueMs, nowMs, fields }: DueSchedule, reason: string, parts: FireParts): Promise<void> {
  const note = cutText(reason, noteMaxLength);
  // Of this revision: somebody may have mended it meanwhile.
  if (!(await scripts.pause.run(parts.place, { schedule: id, rev: fields[0] ?? "", note, by: "" }))) return;
  parts.logger.warn({ schedule: id, reason: note }, "schedule paused");
  const at = { tickMs: dueMs, atUs: nowMs * 1_000, lagMs: 0 };
  parts.onFired({ schedule: id, outcome: "paused", missed: 0, failed: null, note, ...at });
}
