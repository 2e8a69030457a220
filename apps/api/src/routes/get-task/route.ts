import type { TaskRecord } from "@switchyard/tasks/task";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { withIsoTimes } from "../../iso-times.ts";
import { orUnavailable } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { taskUnknown } from "../../tasks/task-refusal.ts";
import { getTaskSchema } from "./schema.ts";

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
