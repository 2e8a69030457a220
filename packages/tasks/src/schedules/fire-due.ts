import type { Logger } from "@switchyard/runtime/logger";
import type { ScriptPlace } from "../redis/define-script.ts";
import type { TickNote } from "../schedule.ts";
import type { ScheduleId } from "../schedule-id.ts";
import { TaskRejection } from "../task-rejection.ts";
import { jitterOf, planFiring } from "./plan-firing.ts";
import { readSpec } from "./read-schedule.ts";
import { entryOf, type EntryParts, noEntry } from "./schedule-entry.ts";
import { scheduleScripts as scripts } from "./schedule-scripts.ts";

/** What a worker has done about one schedule, for who counts or tells. */
export interface FiringReport {
  readonly schedule: ScheduleId;
  /** `paused`: too many of its tasks have failed, or its task can no longer be enqueued. */
  readonly outcome: "paused" | "missed" | "fired" | "skipped" | "refused" | "known";
  readonly tickMs: number;
  readonly missed: number;
  /** From when it was due to when it fired. */
  readonly lagMs: number;
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

/** Settles one tick. Whoever comes second finds that it is not what it was, and that is all. */
export async function fireDue(due: DueSchedule, parts: FireParts): Promise<void> {
  const { place, logger } = parts;
  try {
    await fire(due, parts);
  } catch (error) {
    // Whatever it is, it is the same at the next try, and would be tried as long as there are workers.
    if (!(error instanceof TaskRejection) && !(error instanceof SyntaxError)) throw error;
    const note = `cannot be enqueued: ${error.message}`.slice(0, 500);
    logger.warn({ schedule: due.id, reason: note }, "schedule paused");
    await scripts.pause.run(place, { schedule: due.id, note });
    parts.onFired({ schedule: due.id, outcome: "paused", tickMs: due.dueMs, missed: 0, lagMs: 0 });
  }
}

async function fire(due: DueSchedule, parts: FireParts): Promise<void> {
  const { id, dueMs, nowMs } = due;
  const [rev = "", incarnation, tickText, lastTick, specText] = due.fields;
  const tick = Number(tickText);
  const spec = readSpec(specText ?? "");
  // A tick that is put off is late from then on.
  const plan = planFiring(spec, tick, nowMs - jitterOf(id, tick, spec.jitterMs));
  const note: TickNote = {
    id,
    kind: "tick",
    tickMs: plan.run ?? tick,
    firedAtMs: nowMs,
    lateMs: nowMs - (plan.run ?? tick),
    missed: plan.missed,
    previousTickMs: lastTick === null ? null : Number(lastTick),
  };
  const entry = plan.run === undefined ? noEntry : entryOf({ incarnation: incarnation ?? "", spec }, note, parts);
  const outcome = await scripts.fire.run(parts.place, {
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
    ...entry,
  });
  if (outcome === "stale") return;
  parts.onFired({ schedule: id, outcome, tickMs: note.tickMs, missed: plan.missed, lagMs: nowMs - dueMs });
}
