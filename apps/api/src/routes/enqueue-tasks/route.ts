import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { callerOf } from "../../access/repeat-key.ts";
import type { ApiError } from "../../errors/api-error.ts";
import { invalidRequest } from "../../shapes/request-problems.ts";
import { toRestError } from "../../errors/rest-error.ts";
import type { Scope } from "../../scope.ts";
import { createShapeCheck } from "../../shapes/shape-check.ts";
import type { AcceptedTask, TaskIntake } from "../../tasks/task-intake.ts";
import { fromTaskRejection } from "../../tasks/task-refusal.ts";
import { TaskRequest } from "../../tasks/task-request.ts";
import { enqueueTasksSchema } from "./schema.ts";

/** `POST /v1/tasks/batch`. Tasks are checked here and not with the body, so that a bad one is refused alone. */
export function enqueueTasks(scope: Scope, { intake }: { readonly intake: TaskIntake }): void {
  const check = createShapeCheck(TaskRequest);
  const refusalOf = (task: unknown): ApiError | undefined => {
    const problems = check(task);
    return problems.length === 0 ? undefined : invalidRequest(problems, "task");
  };

  scope.post("/v1/tasks/batch", { schema: enqueueTasksSchema }, async (request) => {
    const refusals = request.body.tasks.map(refusalOf);
    const sound = request.body.tasks.flatMap((task, index) =>
      refusals[index] === undefined ? [{ index, request: task as EnqueueRequest }] : [],
    );
    const replies = (await intake.acceptMany(sound, callerOf(request))).values();
    const results = refusals.map((refusal, index) => ({ index, ...toResult(refusal ?? replies.next().value) }));
    const refused = results.filter((result) => "error" in result).length;
    return { accepted: results.length - refused, refused, results };
  });
}

function toResult(reply: ApiError | AcceptedTask | TaskRejection | undefined) {
  // There is one reply for each sound task; fewer would be a defect and is to be seen as one.
  if (reply === undefined) throw new TypeError("the queue gave fewer replies than it was given tasks");
  if (reply instanceof TaskRejection) return { error: toRestError(fromTaskRejection(reply)) };
  if (reply instanceof Error) return { error: toRestError(reply) };
  const { duplicate, ...accepted } = reply;
  return duplicate ? { ...accepted, duplicate } : accepted;
}
