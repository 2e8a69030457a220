import type { TaskGroups } from "@switchyard/tasks/group";
import { isHubsOwn } from "@switchyard/tasks/task";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { withIsoTimes } from "../../shapes/iso-times.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { taskUnknown } from "../../tasks/task-refusal.ts";
import type { HandlerDirectory } from "../../tasks/handler-directory.ts";
import { explainInWords, explainUnhandled } from "./explain-in-words.ts";
import { explainTaskSchema } from "./schema.ts";

export interface ExplainTaskDeps {
  readonly groups: Pick<TaskGroups, "why">;
  readonly handlers: Pick<HandlerDirectory, "list">;
  readonly queue: Pick<TaskQueue, "find">;
}

/** `GET /v1/tasks/:id/why`. */
export function explainTask(scope: Scope, { groups, handlers, queue }: ExplainTaskDeps): void {
  /** The name of the task's handler when no running worker has it. */
  async function handlerWithoutWorker(id: string): Promise<string | undefined> {
    const [task, registered] = await Promise.all([queue.find(id), handlers.list()]);
    if (task === undefined || isHubsOwn(task.handler)) return undefined;
    return registered.some(({ name }) => name === task.handler) ? undefined : task.handler;
  }

  scope.get("/v1/tasks/:id/why", { schema: explainTaskSchema }, async ({ params: { id } }) => {
    const explanation = await orUnavailable(groups.why(id));
    if (explanation.state === "unknown") throw taskUnknown();
    const handler = explanation.state === "ready" ? await orUnavailable(handlerWithoutWorker(id)) : undefined;
    if (handler === undefined) return { id, ...withIsoTimes(explanation), text: explainInWords(explanation) };
    return {
      id,
      ...explanation,
      state: "unhandled" as const,
      text: explainUnhandled({ group: explanation.group }, handler),
    };
  });
}
