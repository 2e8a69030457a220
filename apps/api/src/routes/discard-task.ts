import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { retryOf } from "../effect.ts";
import { withIsoTimes } from "../shapes/iso-times.ts";
import { orOutcomeUnknown } from "../errors/or-unavailable.ts";
import { restFailures } from "../errors/rest-error.ts";
import { askerOf } from "../access/asker.ts";
import type { Scope } from "../scope.ts";
import { ReasonBody, TaskParams } from "../tasks/task-inputs.ts";
import { TaskRecordOrStatus } from "../tasks/task-record.ts";
import { taskNotFailed, taskUnknown } from "../tasks/task-refusal.ts";

const discardTaskSchema = {
  operationId: "discardTask",
  "x-retry": retryOf.settles,
  summary: "Discard a failed task",
  description:
    "Takes it out of the dead letters, with all it carries: it cannot be run again. Its record keeps its failure, for as long as it would have. Discarding it again changes nothing and answers the same.",
  tags: ["tasks"],
  params: TaskParams,
  body: ReasonBody,
  response: {
    200: {
      ...TaskRecordOrStatus,
      description:
        "Its record, which stays as it is. Where it has expired, or a BullMQ client has put the task there: `id` and `status`.",
    },
    ...restFailures(
      "invalid_json",
      "invalid_request",
      "unauthorized",
      "forbidden",
      "task_unknown",
      "task_not_failed",
      "body_too_large",
      "unsupported_media_type",
      "unavailable",
      "outcome_unknown",
    ),
  },
};

/** `POST /v1/tasks/:id/discard`. */
export function discardTask(scope: Scope, { queue }: { readonly queue: Pick<TaskQueue, "discard"> }): void {
  scope.post("/v1/tasks/:id/discard", { schema: discardTaskSchema }, async (request) => {
    const { id } = request.params;
    const note = { by: askerOf(request), reason: request.body?.reason };
    const { verdict, record } = await orOutcomeUnknown(queue.discard(id, note));
    if (verdict === "unknown") throw taskUnknown();
    if (verdict === "not_failed" || verdict === "succeeded") {
      throw taskNotFailed(verdict === "succeeded" ? verdict : record?.status, "discarded");
    }
    return record === undefined ? { id, status: "failed" } : withIsoTimes(record);
  });
}
