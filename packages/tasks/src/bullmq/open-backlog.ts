import { connectRedis } from "@switchyard/redis/connect-redis";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { Backlog } from "../backlog.ts";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import { createBacklogReader } from "./groups/backlog-reader.ts";
import { groupPlace } from "./groups/group-place.ts";

export interface OpenedBacklog {
  /** Rejects within 2 s while Redis does not answer. */
  read(): Promise<Backlog>;
  close(): void;
}

/**
 * `TaskQueue.backlog` for who wants nothing else of a queue, over one connection.
 * @throws StartupError when Redis cannot be reached now
 */
export async function openBacklog(redis: Settings["redis"], logger: Logger): Promise<OpenedBacklog> {
  const connection = await connectRedis({
    url: redis.url,
    patience: "fail-fast",
    logger: logger.child({ role: "backlog" }),
  });
  const keys = createTaskKeys(redis.prefix);
  const read = createBacklogReader(groupPlace(connection, keys, recordPrelude(keys, undefined)));
  return { read, close: () => connection.disconnect() };
}
