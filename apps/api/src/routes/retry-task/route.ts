import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { ApiError } from "../../api-error.ts";
import { withIsoTimes } from "../../iso-times.ts";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { taskUnknown } from "../../tasks/task-refusal.ts";
import { retryTaskSchema } from "./schema.ts";

/** `POST /v1/tasks/:id/retry`. */
export function retryTask(scope: Scope, { queue }: { readonly queue: Pick<TaskQueue, "retry"> }): void {
  scope.post("/v1/tasks/:id/retry", { schema: retryTaskSchema }, async ({ params: { id } }, reply) => {
    const { verdict, record } = await orOutcomeUnknown(queue.retry(id));
    if (verdict === "unknown") throw taskUnknown();
    if (verdict === "gone") {
      throw new ApiError("task_gone", "the task's data is not kept any more; enqueue a new task");
    }
    if (verdict === "not_failed") {
      const state = record === undefined ? "waits or runs" : `is \`${record.status}\``;
      throw new ApiError("task_not_failed", `the task ${state}; only one that failed can be enqueued again`);
    }
    return reply.code(202).send(record === undefined ? { id, status: "queued" } : withIsoTimes(record));
  });
}
