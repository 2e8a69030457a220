import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { ApiError } from "../../api-error.ts";
import { orUnavailable } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import type { AnnounceRecord } from "../../tasks/announce-record.ts";
import { taskUnknown } from "../../tasks/task-refusal.ts";
import { cancelTaskSchema } from "./schema.ts";

export interface CancelTaskDeps {
  readonly queue: Pick<TaskQueue, "cancel">;
  readonly announce: AnnounceRecord;
}

/** `POST /v1/tasks/:id/cancel`. */
export function cancelTask(scope: Scope, { queue, announce }: CancelTaskDeps): void {
  scope.post("/v1/tasks/:id/cancel", { schema: cancelTaskSchema }, async ({ params: { id }, body }) => {
    const { verdict, record } = await orUnavailable(queue.cancel(id, body?.reason));
    if (verdict === "unknown") throw taskUnknown();
    const status = record?.status ?? "cancelled";
    if (status !== "cancelled") throw new ApiError("task_settled", `the task is \`${status}\` already`);
    if (verdict === "cancelled" && record !== undefined) await announce(record);
    return record ?? { id, status };
  });
}
