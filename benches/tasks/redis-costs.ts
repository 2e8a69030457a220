import type { Redis } from "ioredis";

/** What Redis has done so far. */
export interface RedisCosts {
  /** Scripts run. */
  readonly scripts: number;
  /** Inside scripts, with everything they call. */
  readonly scriptUs: number;
  readonly memoryBytes: number;
}

/** From INFO; `used_memory` is what Redis has allocated, not what the kernel gave it. */
export async function readRedisCosts(redis: Redis): Promise<RedisCosts> {
  const [stats, memory] = await Promise.all([redis.info("commandstats"), redis.info("memory")]);
  const scripts = [...stats.matchAll(/^cmdstat_(?:evalsha|eval|fcall)\w*:calls=(\d+),usec=(\d+)/gm)];
  const sum = (part: 1 | 2) => scripts.reduce((total, match) => total + Number(match[part]), 0);
  return { scripts: sum(1), scriptUs: sum(2), memoryBytes: Number(/^used_memory:(\d+)/m.exec(memory)?.[1]) };
}
