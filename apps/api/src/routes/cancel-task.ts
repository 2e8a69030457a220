import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { ApiError } from "../errors/api-error.ts";
import { retryOf } from "../effect.ts";
import { withIsoTimes } from "../shapes/iso-times.ts";
import { orOutcomeUnknown } from "../errors/or-unavailable.ts";
import { restFailures, whenChanging } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";
import { ReasonBody, TaskParams } from "../tasks/task-inputs.ts";
import { TaskRecordOrStatus } from "../tasks/task-record.ts";
import { taskUnknown } from "../tasks/task-refusal.ts";

const cancelTaskSchema = {
  operationId: "cancelTask",
  "x-retry": retryOf.settles,
  summary: "Cancel a task",
  description:
    "Ends it wherever it is: one that waits is taken out of the queue, one that runs has its signal aborted, and a `command` its program ended. The record says `cancelled` at once. Cancelling it again changes nothing and answers the same.",
  tags: ["tasks"],
  params: TaskParams,
  body: ReasonBody,
  response: {
    200: {
      ...TaskRecordOrStatus,
      description:
        "Its record. A task that a BullMQ client has put there and that has not begun has none: then `id` and `status`.",
    },
    ...restFailures(...whenChanging, "task_unknown", "task_settled"),
  },
};

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
