import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { requireToRepeat } from "../access/require-for-handler.ts";
import { ApiError } from "../errors/api-error.ts";
import { retryOf } from "../effect.ts";
import { withIsoTimes } from "../shapes/iso-times.ts";
import { orOutcomeUnknown, orUnavailable } from "../errors/or-unavailable.ts";
import { restFailures, whenChanging } from "../errors/rest-error.ts";
import { askerOf } from "../access/asker.ts";
import type { Scope } from "../scope.ts";
import { ReasonBody, TaskParams } from "../tasks/task-inputs.ts";
import { TaskRecordOrStatus } from "../tasks/task-record.ts";
import { taskNotFailed, taskUnknown } from "../tasks/task-refusal.ts";

const retryTaskSchema = {
  operationId: "retryTask",
  "x-retry": retryOf.acts,
  summary: "Enqueue a failed task again",
  description:
    "Under the same id, at the end of its group and with all its attempts. Who asked for it, and why, is told in `GET /v1/tasks/{id}/attempts`. A failed task can be retried for a week. One of the hub's own needs the scope of what it does, too: `publish` or `inbox`.",
  tags: ["tasks"],
  params: TaskParams,
  body: ReasonBody,
  response: {
    202: {
      ...TaskRecordOrStatus,
      description:
        "Its record, `queued` again. One that a BullMQ client has put there may have none: `id` and `status`.",
    },
    ...restFailures(...whenChanging, "task_unknown", "task_not_failed", "task_gone"),
  },
};

/** `POST /v1/tasks/:id/retry`. */
export function retryTask(scope: Scope, { queue }: { readonly queue: Pick<TaskQueue, "handlerOf" | "retry"> }): void {
  scope.post("/v1/tasks/:id/retry", { schema: retryTaskSchema }, async (request, reply) => {
    const { apiKey, body } = request;
    const { id } = request.params;
    const handler = await orUnavailable(queue.handlerOf(id));
    if (handler !== undefined) requireToRepeat(handler, apiKey);
    const { verdict, record } = await orOutcomeUnknown(queue.retry(id, { by: askerOf(request), reason: body?.reason }));
    if (verdict === "unknown") throw taskUnknown();
    if (verdict === "gone") {
      throw new ApiError("task_gone", "the task's data is not kept any more; enqueue a new task");
    }
    if (verdict === "not_failed" || verdict === "succeeded") {
      throw taskNotFailed(verdict === "succeeded" ? verdict : record?.status, "enqueued again");
    }
    return reply.code(202).send(record === undefined ? { id, status: "queued" } : withIsoTimes(record));
  });
}
