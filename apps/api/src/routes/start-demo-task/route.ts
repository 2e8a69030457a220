import type { Scope } from "../../scope.ts";
import type { TaskIntake } from "../../task-intake.ts";
import { startDemoTaskSchema } from "./schema.ts";

/** `POST /demo/tasks`: one task of the `count` handler. */
export function startDemoTask(scope: Scope, { intake }: { readonly intake: TaskIntake }): void {
  scope.post("/demo/tasks", { schema: startDemoTaskSchema }, async ({ body }, reply) => {
    const { duplicate: _, ...accepted } = await intake.accept({ handler: "count", data: body });
    return reply.code(202).send(accepted);
  });
}
