import { needBounds } from "@switchyard/console/need-rules";
import type { Schedules } from "@switchyard/tasks/schedule";

/** What is wrong with a schedule; times are milliseconds since 1970. */
export type ScheduleTrouble =
  | { readonly code: "schedule_overdue"; readonly id: string; readonly dueAtMs: number }
  | { readonly code: "schedule_missed"; readonly id: string; readonly count: number; readonly atMs: number }
  | { readonly code: "schedule_unreadable"; readonly id: string };

/** Those looked at; a hub that has more is told of the first by name. */
const schedulesMax = 200;

/** Schedules that should have fired and have not, or did not fire all of their ticks since yesterday. */
export async function readScheduleTrouble(schedules: Pick<Schedules, "list">): Promise<readonly ScheduleTrouble[]> {
  const { items } = await schedules.list({ limit: schedulesMax });
  const nowMs = Date.now();
  return items.flatMap(({ id, state, spec, nextAtMs, lately }): ScheduleTrouble[] => {
    if (state === "active" && spec === null) return [{ code: "schedule_unreadable", id }];
    if (state === "active" && nextAtMs !== null && nextAtMs < nowMs - needBounds.scheduleOverdueMs)
      return [{ code: "schedule_overdue", id, dueAtMs: nextAtMs }];
    const isRecent = lately !== null && lately.lastAtMs > nowMs - needBounds.scheduleMissedWithinMs;
    return isRecent ? [{ code: "schedule_missed", id, count: lately.missed, atMs: lately.lastAtMs }] : [];
  });
}
