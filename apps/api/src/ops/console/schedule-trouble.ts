import { needBounds } from "@switchyard/console/need-rules";
import type { Schedules } from "@switchyard/tasks/schedule";

/** What is wrong with a schedule; times are milliseconds since 1970. */
export type ScheduleTrouble =
  | { readonly code: "schedule_overdue"; readonly id: string; readonly dueAtMs: number }
  | { readonly code: "schedule_missed"; readonly id: string; readonly count: number; readonly atMs: number }
  | { readonly code: "schedule_unreadable"; readonly id: string };

/** Those looked at; a hub that has more is told of the first by name. */
const schedulesMax = 200;
/** Of those that have ever missed a tick, asked for when. */
const askedMax = 20;

/** Schedules that should have fired and have not, or did not fire all of their ticks since yesterday. */
export async function readScheduleTrouble(
  schedules: Pick<Schedules, "list" | "get">,
): Promise<readonly ScheduleTrouble[]> {
  const { items } = await schedules.list({ limit: schedulesMax });
  const nowMs = Date.now();
  const plain = items.flatMap(({ id, state, spec, nextAtMs }): ScheduleTrouble[] => {
    if (state === "active" && spec === null) return [{ code: "schedule_unreadable", id }];
    const isOverdue = state === "active" && nextAtMs !== null && nextAtMs < nowMs - needBounds.scheduleOverdueMs;
    return isOverdue ? [{ code: "schedule_overdue", id, dueAtMs: nextAtMs }] : [];
  });
  const asked = items.filter(({ counts }) => counts.missed > 0).slice(0, askedMax);
  const missed = await Promise.all(asked.map(async ({ id }) => lastMissed(await schedules.get(id), nowMs)));
  return [...plain, ...missed.flat()];
}

function lastMissed(found: Awaited<ReturnType<Schedules["get"]>>, nowMs: number): readonly ScheduleTrouble[] {
  const recent =
    found?.recent.filter(
      ({ outcome, atMs }) => outcome === "missed" && atMs > nowMs - needBounds.scheduleMissedWithinMs,
    ) ?? [];
  const [newest] = recent;
  if (found === undefined || newest === undefined) return [];
  const count = recent.reduce((sum, entry) => sum + entry.count, 0);
  return [{ code: "schedule_missed", id: found.id, count, atMs: newest.atMs }];
}
