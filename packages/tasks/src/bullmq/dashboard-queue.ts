import { connectRedis } from "@switchyard/redis/connect-redis";
import { Queue } from "bullmq";
import type { RecordAnnouncement } from "../redis/record-announcement.ts";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import { createGroupBackends } from "./groups/create-group-backends.ts";
import { queueOptions } from "./queue-options.ts";

/**
 * The queue as BullMQ's own dashboards want it. Tasks are enqueued through `TaskQueue`, which keeps records; what is
 * removed, retried or promoted here keeps the promises of its group, and its record follows.
 */
export interface DashboardQueue {
  readonly queue: Queue;
  close(): Promise<void>;
}

/** @throws StartupError when Redis cannot be reached now. */
export async function openDashboardQueue(
  redis: { url: string; prefix: string },
  announcement?: RecordAnnouncement,
): Promise<DashboardQueue> {
  const keys = createTaskKeys(redis.prefix);
  const connection = await connectRedis({ url: redis.url, patience: "fail-fast" });
  const backends = createGroupBackends({ connection, keys, prelude: recordPrelude(keys, announcement) });
  const queue: Queue = new Queue(
    keys.queueName,
    { ...queueOptions(connection, keys), skipMetasUpdate: true },
    backends,
  );
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
