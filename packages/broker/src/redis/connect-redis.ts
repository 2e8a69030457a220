import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import { Redis, type RedisOptions } from "ioredis";

/** The oldest Redis whose scripts and sharded pub/sub we rely on. */
const redisVersionMin = [7, 0] as const;
const reconnectMaxMs = 1_000;

export interface ConnectOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  /** What the connection is for, in logs and in `CLIENT LIST`. */
  readonly role: "publisher" | "subscriber" | "registry" | "control" | "presence" | "revocations";
}

/**
 * A connection that never queues commands while Redis is away: they fail at once, so callers answer in time instead of
 * piling up work that is stale when Redis returns. It reconnects for ever, with full jitter, at most 1 s apart.
 * @throws StartupError when Redis cannot be used now, with one line of cause.
 */
export async function connectRedis({ redis, logger, role }: ConnectOptions): Promise<Redis> {
  const client = new Redis(redis.url.replace(/^unix:\/\//, ""), connectionOptions(role));
  // Errors arrive as events and as rejections; the event is for the log, one line per loss and not per attempt.
  let lost = false;
  client.on("error", (error: Error) => {
    if (!lost) logger.warn({ role, reason: error.message }, "redis connection error");
    lost = true;
  });
  client.on("ready", () => {
    if (lost) logger.info({ role }, "redis connection restored");
    lost = false;
  });
  try {
    await client.connect();
    await refuseOldRedis(client);
    return client;
  } catch (error) {
    client.disconnect();
    if (error instanceof StartupError) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new StartupError("environment", `Redis at ${withoutPassword(redis.url)} cannot be used: ${cause}`, {
      cause: error,
    });
  }
}

function connectionOptions(role: string) {
  return {
    lazyConnect: true,
    connectionName: `switchyard-${role}`,
    enableOfflineQueue: false,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 0,
    // The subscriber restores its own interest, in batches and with a position check afterwards.
    autoResubscribe: false,
    retryStrategy: (attempt: number) =>
      Math.round(Math.random() * Math.min(reconnectMaxMs, 50 * 2 ** Math.min(attempt, 6))),
  } satisfies RedisOptions;
}

async function refuseOldRedis(client: Redis): Promise<void> {
  const info = await client.info("server");
  const version = /redis_version:(\d+)\.(\d+)/.exec(info);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  const [majorMin, minorMin] = redisVersionMin;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  throw new StartupError(
    "environment",
    `Redis ${major}.${minor} is too old: ${majorMin}.${minorMin} or newer (or Valkey) is needed`,
  );
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
