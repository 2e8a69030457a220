import { callerOf } from "../../access/repeat-key.ts";
import type { Scope } from "../../scope.ts";
import type { TaskIntake } from "../../task-intake.ts";
import { enqueueTaskSchema } from "./schema.ts";

/** `POST /v1/tasks`. */
export function enqueueTask(scope: Scope, { intake }: { readonly intake: TaskIntake }): void {
  scope.post("/v1/tasks", { schema: enqueueTaskSchema }, async (request, reply) => {
    const { duplicate, ...accepted } = await intake.accept(request.body, callerOf(request));
    if (duplicate) reply.header("idempotent-replayed", "true");
    return reply.code(202).send(accepted);
  });
}
