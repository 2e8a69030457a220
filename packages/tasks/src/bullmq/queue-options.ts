import type { QueueOptions } from "bullmq";
import type { Redis } from "ioredis";
import type { TaskKeys } from "../redis/task-keys.ts";

/** For every `Queue` of ours over a connection of ours. */
export function queueOptions(connection: Redis, keys: TaskKeys): QueueOptions {
  return {
    connection,
    prefix: keys.queuePrefix,
    // An event carries a task's result; nothing of ours reads them, dashboards need the newest only.
    streams: { events: { maxLen: 1_000 } },
  };
}
