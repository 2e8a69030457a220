import { restFailures } from "../../rest-error.ts";
import { TaskParams } from "../../tasks/task-params.ts";
import { TaskRecordOrStatus } from "../../tasks/task-record.ts";
import { retryOf } from "../../effect.ts";

export const retryTaskSchema = {
  operationId: "retryTask",
  "x-retry": retryOf.acts,
  summary: "Enqueue a failed task again",
  description:
    "Under the same id, at the end of its group and with all its attempts. A failed task can be retried for a week.",
  tags: ["tasks"],
  params: TaskParams,
  response: {
    202: {
      ...TaskRecordOrStatus,
      description:
        "Its record, `queued` again. One that a BullMQ client has put there may have none: `id` and `status`.",
    },
    ...restFailures(
      "invalid_json",
      "invalid_request",
      "unauthorized",
      "forbidden",
      "body_too_large",
      "unsupported_media_type",
      "task_unknown",
      "task_not_failed",
      "task_gone",
      "unavailable",
      "outcome_unknown",
    ),
  },
};
