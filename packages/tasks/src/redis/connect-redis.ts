import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "@switchyard/runtime/logger";
import { StartupError } from "@switchyard/runtime/startup-error";

/** Who waits when Redis is away: a request must not, work in progress must. */
export type Patience = "fail-fast" | "wait";

const answerTimeoutMs = 2_000;

const optionsOf = {
  // A command that cannot be sent now fails now, and one that gets no answer fails in time: the caller gets its 503.
  "fail-fast": { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: answerTimeoutMs },
  // BullMQ's workers ask for null: a blocking read, or the end of a task, is sent again after a reconnect.
  wait: { maxRetriesPerRequest: null },
} satisfies Record<Patience, RedisOptions>;

/**
 * Connects, and stays connected: after an outage it tries again within a second for as long as it takes.
 * @throws StartupError when Redis cannot be reached now.
 */
export async function connectRedis(url: string, patience: Patience, logger?: Logger): Promise<Redis> {
  const redis = new Redis(url.replace(/^unix:\/\//, ""), {
    ...optionsOf[patience],
    lazyConnect: true,
    connectTimeout: answerTimeoutMs,
    // Subscriptions are renewed by whoever holds them, to know when they are back.
    autoResubscribe: false,
    // Jitter, so that a fleet does not knock in step; never more than a second, so that work resumes at once.
    retryStrategy: (times: number) => Math.round(Math.random() * Math.min(1_000, 50 * 2 ** Math.min(times, 6))),
  });
  // One line per loss, not one per attempt to get it back.
  let isLost = false;
  redis.on("error", (error: Error) => {
    if (!isLost) logger?.warn({ reason: error.message }, "redis connection lost");
    isLost = true;
  });
  redis.on("ready", () => {
    if (isLost) logger?.info("redis connection restored");
    isLost = false;
  });
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    const reason = reasonOf(error);
    throw new StartupError("environment", `Redis at ${withoutPassword(url)} cannot be used: ${reason}`, {
      cause: error,
    });
  }
}

/** Undefined when Redis answers, else the reason; within 2 s. */
export async function checkRedis(redis: Redis): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, answerTimeoutMs - 100, "redis does not answer");
  });
  try {
    // A connection that waits would queue the PING for as long as the outage lasts.
    if (redis.status !== "ready") return `redis is ${redis.status}`;
    return await Promise.race([redis.ping().then(() => undefined, reasonOf), late]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
