import { restFailures } from "../../rest-error.ts";
import { ReasonBody } from "../../tasks/reason-body.ts";
import { TaskParams } from "../../tasks/task-params.ts";
import { TaskRecordOrStatus } from "../../tasks/task-record.ts";
import { retryOf } from "../../effect.ts";

export const cancelTaskSchema = {
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
    ...restFailures(
      "invalid_json",
      "invalid_request",
      "unauthorized",
      "forbidden",
      "task_unknown",
      "task_settled",
      "body_too_large",
      "unsupported_media_type",
      "unavailable",
      "outcome_unknown",
    ),
  },
};
