import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import { ApiError } from "../../api-error.ts";
import type { Scope } from "../../scope.ts";
import type { TaskIntake } from "../../task-intake.ts";
import { enqueueTaskSchema } from "./schema.ts";

/** `POST /v1/tasks`. */
export function enqueueTask(scope: Scope, { intake }: { readonly intake: TaskIntake }): void {
  scope.post("/v1/tasks", { schema: enqueueTaskSchema }, async ({ body, headers }, reply) => {
    const { duplicate, ...accepted } = await intake.accept(withKey(body, headers["idempotency-key"]));
    if (duplicate) reply.header("idempotent-replayed", "true");
    return reply.code(202).send(accepted);
  });
}

function withKey(request: EnqueueRequest, header: string | undefined): EnqueueRequest {
  if (header === undefined) return request;
  if (request.idempotencyKey !== undefined && request.idempotencyKey !== header) {
    throw new ApiError("invalid_request", "idempotencyKey: differs from the header Idempotency-Key; send one of them", {
      field: "idempotencyKey",
    });
  }
  return { ...request, idempotencyKey: header };
}
