import { redisFailure } from "@switchyard/redis/plain-words";
import type { Redis } from "ioredis";

/** Shorter than a probe waits for its answer. */
const answerTimeoutMs = 1_900;

/** Undefined when Redis answers, else the reason; within 2 s. */
export async function checkRedis(redis: Redis): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, answerTimeoutMs, "Redis does not answer");
  });
  try {
    // A connection that waits would queue the PING for as long as the outage lasts.
    if (redis.status !== "ready") return "Redis is not connected";
    return await Promise.race([redis.ping().then(() => undefined, redisFailure), late]);
  } finally {
    clearTimeout(timer);
  }
}
