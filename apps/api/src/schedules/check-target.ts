import type { ScheduleRequest } from "@switchyard/tasks/schedule";
import { targetOf } from "@switchyard/tasks/schedule-spec";
import type { OwnTaskCheck } from "../tasks/task-intake.ts";

/**
 * What a schedule would have the hub itself do, checked as its own routes check it, and named as it stands in the request.
 * @throws ApiError naming the field
 */
export function checkTarget(asked: ScheduleRequest, checkOwnTask: OwnTaskCheck): Promise<void> {
  const { publish, notify } = asked;
  const beside = publish === undefined ? "task.data" : "publish";
  return checkOwnTask(targetOf(asked), notify === undefined ? beside : "notify");
}
