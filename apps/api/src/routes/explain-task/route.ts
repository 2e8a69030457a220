import type { TaskGroups } from "@switchyard/tasks/group";
import { orUnavailable } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { taskUnknown } from "../../tasks/task-refusal.ts";
import { explainInWords } from "./explain-in-words.ts";
import { explainTaskSchema } from "./schema.ts";

/** `GET /v1/tasks/:id/why`. */
export function explainTask(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "why"> }): void {
  scope.get("/v1/tasks/:id/why", { schema: explainTaskSchema }, async ({ params: { id } }) => {
    const explanation = await orUnavailable(groups.why(id));
    if (explanation.state === "unknown") throw taskUnknown();
    return { id, ...explanation, text: explainInWords(explanation) };
  });
}
