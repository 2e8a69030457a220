import { connectRedis, unusable } from "@switchyard/redis/connect-redis";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { Redis } from "ioredis";

/** The oldest Redis whose scripts and sharded pub/sub we rely on. */
const redisVersionMin = [7, 0] as const;

export interface ConnectionOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  /** What the connection is for, in logs and in `CLIENT LIST`. */
  readonly role:
    | "publisher"
    | "subscriber"
    | "registry"
    | "control"
    | "presence"
    | "occupancy"
    | "connections"
    | "revocations"
    | "figures"
    | "logins"
    | "console"
    | "audit"
    | "alerts"
    | "activity";
}

/**
 * A connection to a Redis that is new enough; see {@link connectRedis}. A subscriber restores its own interest after an
 * outage, in batches and with a position check afterwards.
 * @throws StartupError when Redis cannot be used now, with one line of cause.
 */
export async function openConnection({ redis, logger, role }: ConnectionOptions): Promise<Redis> {
  const client = await connectRedis({
    url: redis.url,
    patience: "fail-fast",
    logger: logger.child({ role }),
    connectionName: `switchyard-${role}`,
  });
  try {
    const info = await client.info("server", "memory");
    refuseOldRedis(info);
    // Every process has one publisher.
    if (role === "publisher") warnOfEviction(info, logger);
    return client;
  } catch (error) {
    client.disconnect();
    throw error instanceof StartupError ? error : unusable(redis.url, error);
  }
}

/** Lets what was sent be answered first, where Redis still answers. */
export async function closeConnection(client: Redis): Promise<void> {
  await client.quit().catch(() => client.disconnect());
}

/** Queues, records and events that wait have no end of their own: under any other policy a full Redis throws them away without a word. */
function warnOfEviction(info: string, logger: Pick<Logger, "warn">): void {
  const [, policy = "noeviction"] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
  if (policy !== "noeviction")
    logger.warn(
      { policy },
      "Redis loses tasks, events and histories when it is full: set its maxmemory-policy to noeviction",
    );
}

function refuseOldRedis(info: string): void {
  const version = /redis_version:(\d+)\.(\d+)/.exec(info);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  const [majorMin, minorMin] = redisVersionMin;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  throw new StartupError(
    "environment",
    `Redis ${major}.${minor} is too old: ${majorMin}.${minorMin} or newer (or Valkey) is needed`,
  );
}
