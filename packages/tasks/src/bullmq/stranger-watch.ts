import type { Redis } from "ioredis";
import type { Logger } from "@switchyard/runtime/logger";
import type { TaskKeys } from "../redis/task-keys.ts";

/** What our workers' connections are called, for dashboards that list workers and for {@link watchStrangers}. */
export function workerConnectionName(prefix: string, queueName: string): string {
  return `${workersPrefix(prefix, queueName)}:w:switchyard`;
}

export interface StrangerWatch {
  readonly connection: Redis;
  readonly keys: TaskKeys;
  readonly logger: Logger;
}

const everyMs = 300_000;

/**
 * Warns of workers on the queue that are not ours: a stock BullMQ worker attached by mistake takes tasks without asking
 * their group. It loses none and runs none twice, but it knows neither order nor limits, and nothing else tells of it.
 * @returns ends the watch
 */
export function watchStrangers(options: StrangerWatch): () => void {
  const look = () => void warnOfStrangers(options);
  look();
  const timer = setInterval(look, everyMs).unref();
  return () => clearInterval(timer);
}

async function warnOfStrangers({ connection, keys, logger }: StrangerWatch): Promise<void> {
  try {
    const clients = String(await connection.client("LIST", "TYPE", "NORMAL")).split("\n");
    const ours = workerConnectionName(keys.queuePrefix, keys.queueName);
    for (const line of clients) {
      const name = /(?:^| )name=(\S*)/.exec(line)?.[1] ?? "";
      const isWorker = name.startsWith(workersPrefix(keys.queuePrefix, keys.queueName));
      if (!isWorker || name === ours) continue;
      const address = /(?:^| )addr=(\S*)/.exec(line)?.[1];
      logger.warn({ address, name }, "a stock BullMQ worker takes tasks from this queue; groups are not kept for them");
    }
  } catch (error) {
    // Some hosts do not let anybody list clients, and an outage is told elsewhere.
    logger.debug({ err: error }, "clients not listed");
  }
}

/** As BullMQ names them. */
function workersPrefix(prefix: string, queueName: string): string {
  return `${prefix}:${Buffer.from(queueName).toString("base64")}`;
}
