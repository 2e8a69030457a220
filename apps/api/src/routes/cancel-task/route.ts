import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { ApiError } from "../../api-error.ts";
import { withIsoTimes } from "../../iso-times.ts";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { taskUnknown } from "../../tasks/task-refusal.ts";
import { cancelTaskSchema } from "./schema.ts";

/** `POST /v1/tasks/:id/cancel`. */
export function cancelTask(scope: Scope, { queue }: { readonly queue: Pick<TaskQueue, "cancel"> }): void {
  scope.post("/v1/tasks/:id/cancel", { schema: cancelTaskSchema }, async ({ params: { id }, body }) => {
    const { verdict, record } = await orOutcomeUnknown(queue.cancel(id, body?.reason));
    if (verdict === "unknown") throw taskUnknown();
    const status = record?.status ?? "cancelled";
    if (status !== "cancelled") throw new ApiError("task_settled", `the task is \`${status}\` already`);
    return record === undefined ? { id, status } : withIsoTimes(record);
  });
}
