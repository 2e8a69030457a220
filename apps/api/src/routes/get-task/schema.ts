import Type from "typebox";
import { restFailures } from "../../rest-error.ts";
import { TaskParams } from "../../tasks/task-params.ts";
import { TaskRecord } from "../../tasks/task-record.ts";
import { retryOf } from "../../effect.ts";

export const getTaskSchema = {
  operationId: "getTask",
  "x-retry": retryOf.reads,
  summary: "Read a task's record, or wait for its end",
  tags: ["tasks"],
  params: TaskParams,
  querystring: Type.Object(
    {
      wait: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 60,
          default: 0,
          description:
            "Seconds to wait for the task to be settled; the record is returned then, or when they are over.",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  response: {
    200: TaskRecord,
    ...restFailures("invalid_request", "unauthorized", "forbidden", "task_unknown", "unavailable"),
  },
};
