import Type from "typebox";
import { restFailures } from "../../rest-error.ts";
import { AcceptedTask } from "../../tasks/accepted-task.ts";
import { TaskRequest } from "../../tasks/task-request.ts";
import { retryOf } from "../../effect.ts";

export const enqueueTaskSchema = {
  operationId: "enqueueTask",
  "x-retry": retryOf.counts,
  summary: "Enqueue a task",
  description:
    "Stores the task and answers at once. Follow it live on its channel, or ask for its record with `GET /v1/tasks/{id}`.",
  tags: ["tasks"],
  headers: Type.Object({
    "idempotency-key": Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  }),
  body: TaskRequest,
  response: {
    202: {
      ...AcceptedTask,
      description: "Taken. A repeated idempotency key gives the first task, with `Idempotent-Replayed: true`.",
    },
    ...restFailures(
      "invalid_json",
      "invalid_request",
      "unauthorized",
      "forbidden",
      "body_too_large",
      "unsupported_media_type",
      "handler_unknown",
      "idempotency_conflict",
      "group_full",
      "unavailable",
      "outcome_unknown",
    ),
  },
};
