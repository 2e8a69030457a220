import Type from "typebox";
import { callerOf } from "../access/repeat-key.ts";
import { retryOf } from "../effect.ts";
import { restFailures, whenChanging } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";
import type { TaskIntake } from "../tasks/task-intake.ts";
import { AcceptedTask } from "../tasks/accepted-task.ts";
import { TaskRequest } from "../tasks/task-request.ts";

const enqueueTaskSchema = {
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
    ...restFailures(...whenChanging, "handler_unknown", "idempotency_conflict", "group_full"),
  },
};

/** `POST /v1/tasks`. */
export function enqueueTask(scope: Scope, { intake }: { readonly intake: TaskIntake }): void {
  scope.post("/v1/tasks", { schema: enqueueTaskSchema }, async (request, reply) => {
    const { duplicate, ...accepted } = await intake.accept(request.body, callerOf(request));
    if (duplicate) reply.header("idempotent-replayed", "true");
    return reply.code(202).send(accepted);
  });
}
