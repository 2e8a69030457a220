import type { TaskRecord } from "@switchyard/tasks/task";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import Type from "typebox";
import { retryOf } from "../effect.ts";
import { withIsoTimes } from "../shapes/iso-times.ts";
import { orUnavailable } from "../errors/or-unavailable.ts";
import { restFailures, whenReading } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";
import { TaskParams } from "../tasks/task-inputs.ts";
import { TaskRecord as TaskRecordBody } from "../tasks/task-record.ts";
import { taskUnknown } from "../tasks/task-refusal.ts";

export const getTaskSchema = {
  operationId: "getTask",
  "x-retry": retryOf.reads,
  summary: "Read a task's record, or wait for its end",
  tags: ["tasks"],
  params: TaskParams,
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
    200: TaskRecordBody,
    ...restFailures(...whenReading, "task_unknown"),
  },
};

export interface GetTaskDeps {
  readonly queue: Pick<TaskQueue, "find" | "waitForSettled">;
  /** Aborted when the process begins to stop: whoever waits is then answered with the record as it is. */
  readonly draining: AbortSignal;
}

/** `GET /v1/tasks/:id?wait=25`. */
export function getTask(scope: Scope, deps: GetTaskDeps): void {
  scope.get("/v1/tasks/:id", { schema: getTaskSchema }, async ({ params: { id }, query: { wait = 0 } }) => {
    const record = await orUnavailable(wait > 0 ? waitForSettled(id, wait * 1000, deps) : deps.queue.find(id));
    if (record !== undefined) return withIsoTimes(record);
    throw taskUnknown();
  });
}

async function waitForSettled(id: string, timeoutMs: number, deps: GetTaskDeps): Promise<TaskRecord | undefined> {
  const { queue, draining } = deps;
  const { promise: stopping, resolve } = Promise.withResolvers<undefined>();
  const onDrain = () => resolve(undefined);
  if (draining.aborted) onDrain();
  draining.addEventListener("abort", onDrain);
  try {
    return await Promise.race([queue.waitForSettled(id, timeoutMs), stopping.then(() => queue.find(id))]);
  } finally {
    draining.removeEventListener("abort", onDrain);
  }
}
