import { isTaskId, type TaskId } from "@switchyard/protocol/task-id";
import type { Redis } from "ioredis";
import type { Logger } from "@switchyard/runtime/logger";
import { TaskCancelled } from "../attempt/run-within.ts";
import type { RecordStore } from "../redis/record-store.ts";
import type { TaskKeys } from "../redis/task-keys.ts";

export interface CancelWatcherOptions {
  readonly subscriber: Redis;
  readonly records: Pick<RecordStore, "read">;
  readonly keys: TaskKeys;
  readonly logger: Logger;
  /** What runs in this process, by task. */
  readonly inFlight: ReadonlyMap<TaskId, AbortController>;
}

/**
 * Aborts attempts whose task was cancelled, from whichever process. The notification says which; after an outage, in which
 * notifications are lost, the records of what runs are asked.
 */
export async function watchCancellations(options: CancelWatcherOptions): Promise<void> {
  const { subscriber, keys, logger, inFlight } = options;
  const cancel = (taskId: TaskId) => inFlight.get(taskId)?.abort(new TaskCancelled("the task was cancelled"));
  const listen = async () => {
    try {
      await subscriber.subscribe(keys.cancelChannel);
      for (const taskId of await cancelledAmong([...inFlight.keys()], options)) cancel(taskId);
    } catch (error) {
      // The connection broke again; its next `ready` comes here again.
      logger.debug({ err: error }, "listening for cancellations failed");
    }
  };
  subscriber.on("message", (channel: string, taskId: string) => {
    if (channel === keys.cancelChannel && isTaskId(taskId)) cancel(taskId);
  });
  subscriber.on("ready", () => void listen());
  await listen();
}

async function cancelledAmong(taskIds: readonly TaskId[], { records }: CancelWatcherOptions) {
  const found = await Promise.all(taskIds.map((taskId) => records.read(taskId)));
  return taskIds.filter((_taskId, index) => found[index]?.status === "cancelled");
}
