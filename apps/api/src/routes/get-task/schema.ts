import { taskStatuses } from "@switchyard/tasks/task";
import Type from "typebox";
import { restFailures } from "../../rest-error.ts";

const nullable = <T extends string | number>(type: "string" | "integer" | "number", description: string) =>
  Type.Unsafe<T | null>({ type: [type, "null"], description });

const TaskRecord = Type.Object({
  id: Type.String(),
  handler: Type.String(),
  group: Type.String({ description: "Empty when it was enqueued without one." }),
  user: Type.String(),
  status: Type.Enum([...taskStatuses]),
  percent: nullable<number>("number", "0-100; null until first reported."),
  message: nullable<string>("string", "The handler's last line for people."),
  result: Type.Unknown({ description: "What the handler returned; null until it succeeded." }),
  error: Type.Unsafe<{ code: string; message: string } | null>({
    type: ["object", "null"],
    properties: { code: Type.String(), message: Type.String() },
    description: "Why the last attempt failed.",
  }),
  attempt: Type.Integer({ description: "0 until the first attempt begins." }),
  attempts: Type.Integer(),
  seq: Type.Integer({ description: "Grows by one with every change." }),
  enqueuedAtMs: Type.Integer(),
  startedAtMs: nullable<number>("integer", "Milliseconds since 1970."),
  finishedAtMs: nullable<number>("integer", "Milliseconds since 1970."),
});

export const getTaskSchema = {
  operationId: "getTask",
  summary: "Read a task's record, or wait for its end",
  tags: ["tasks"],
  params: Type.Object({ id: Type.String({ description: "As `POST /v1/tasks` returned it." }) }),
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
    ...restFailures("invalid_request", "unauthorized", "task_unknown", "unavailable"),
  },
};
