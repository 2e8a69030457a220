import Type from "typebox";
import { RestErrorBody, restFailures, whenChanging } from "../../errors/rest-error.ts";
import { AcceptedTask } from "../../tasks/accepted-task.ts";
import { retryOf } from "../../effect.ts";

const tasksMax = 1_000;

const TaskResult = Type.Union([
  Type.Object({
    index: Type.Integer(),
    ...AcceptedTask.properties,
    duplicate: Type.Optional(
      Type.Boolean({ description: "The idempotency key was known: this is the task of the first request." }),
    ),
  }),
  Type.Object({ index: Type.Integer(), error: RestErrorBody }),
]);

export const enqueueTasksSchema = {
  operationId: "enqueueTasks",
  "x-retry": retryOf.counts,
  summary: "Enqueue many tasks",
  description: `Each task is checked and taken for itself, in the order of the list: one that is refused does not keep the others from being taken, so look at \`refused\`. There is no all or nothing. 504 says that nobody knows which of them were taken: send all of them again, with the same header \`Idempotency-Key\` or an \`idempotencyKey\` each.`,
  tags: ["tasks"],
  body: Type.Object(
    {
      tasks: Type.Array(Type.Unknown({ description: "As the body of `POST /v1/tasks`." }), {
        minItems: 1,
        maxItems: tasksMax,
        description: `1 to ${tasksMax}; api.body_limit bounds their bytes.`,
      }),
    },
    {
      additionalProperties: false,
      examples: [
        {
          tasks: [
            { handler: "test", data: { page: 1 }, group: "report-7" },
            { handler: "test", data: { page: 2 }, group: "report-7", idempotencyKey: "report-7-page-2" },
          ],
        },
      ],
    },
  ),
  response: {
    200: Type.Object(
      {
        accepted: Type.Integer({ description: "How many were taken, duplicates included." }),
        refused: Type.Integer({ description: "How many were not." }),
        results: Type.Array(TaskResult, { description: "One for each task, in their order." }),
      },
      {
        title: "TaskBatchResult",
        examples: [
          {
            accepted: 1,
            refused: 1,
            results: [
              { index: 0, id: "t_irrK3QyEOpEivnJLCDJF7", channel: "task:t_irrK3QyEOpEivnJLCDJF7" },
              { index: 1, error: { code: "invalid_request", message: "handler: is missing", field: "handler" } },
            ],
          },
        ],
      },
    ),
    ...restFailures(...whenChanging),
  },
};
