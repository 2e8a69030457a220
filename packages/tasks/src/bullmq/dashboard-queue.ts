import { Queue } from "bullmq";
import { connectRedis } from "../redis/connect-redis.ts";
import { createTaskKeys } from "../redis/task-keys.ts";

/** The queue as BullMQ's own dashboards want it. For looking; tasks are enqueued through `TaskQueue`, which keeps records. */
export interface DashboardQueue {
  readonly queue: Queue;
  close(): Promise<void>;
}

/** @throws StartupError when Redis cannot be reached now. */
export async function openDashboardQueue(redis: { url: string; prefix: string }): Promise<DashboardQueue> {
  const keys = createTaskKeys(redis.prefix);
  const connection = await connectRedis(redis.url, "fail-fast");
  const queue = new Queue(keys.queueName, { connection, prefix: keys.queuePrefix, skipMetasUpdate: true });
  // Outages are told by the process' own connections.
  queue.on("error", () => undefined);
  await queue.waitUntilReady();
  return {
    queue,
    async close() {
      await queue.close();
      connection.disconnect();
    },
  };
}
