import type { ScheduleSummary } from "@switchyard/tasks/schedule";
import type { GroupSight } from "../../access/group-sight.ts";

/** The group that its tasks go to; undefined where it enqueues none, or cannot be read. */
export function groupOfSchedule({ spec }: Pick<ScheduleSummary, "spec">): string | undefined {
  return spec?.task === undefined ? undefined : String(spec.task.group ?? "");
}

/** A schedule is seen by who sees the group of its tasks; one that publishes or notifies is of the whole hub. */
export function seesSchedule(sight: GroupSight, schedule: Pick<ScheduleSummary, "spec">): boolean {
  const group = groupOfSchedule(schedule);
  return group !== undefined && sight.has(group);
}
