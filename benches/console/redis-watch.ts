import type { Redis } from "ioredis";

export interface RedisWork {
  /** Processor time of its main thread. */
  readonly cpuMs: number;
  readonly commands: number;
}

/** Slower ones are told of. Redis goes by the clock on the wall, so on a machine that is busy beside it each command may be one. */
export const slowMs = 2;

export async function readRedisWork(redis: Redis): Promise<RedisWork> {
  const [cpu, stats] = await Promise.all([redis.info("cpu"), redis.info("stats")]);
  const seconds = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(cpu)?.[1] ?? 0);
  return {
    cpuMs: 1_000 * (seconds("used_cpu_user_main_thread") + seconds("used_cpu_sys_main_thread")),
    commands: Number(/^total_commands_processed:(\d+)/m.exec(stats)?.[1] ?? 0),
  };
}

export async function watchSlowCommands(redis: Redis): Promise<() => Promise<SlowCommand | undefined>> {
  await redis.config("SET", "slowlog-log-slower-than", String(slowMs * 1_000));
  await redis.config("SET", "slowlog-max-len", "512");
  await redis.slowlog("RESET");
  return async () => {
    const lines = (await redis.slowlog("GET", 512)) as readonly SlowLine[];
    const slowest = lines.toSorted(([, , a], [, , b]) => b - a)[0];
    if (slowest === undefined) return undefined;
    const [, , us, words] = slowest;
    return { ms: us / 1_000, times: lines.length, words: words.join(" ").replaceAll(/\s+/g, " ").slice(0, 60) };
  };
}

export interface SlowCommand {
  readonly ms: number;
  /** How many were above {@link slowMs}. */
  readonly times: number;
  readonly words: string;
}

type SlowLine = readonly [id: number, atSeconds: number, us: number, words: readonly string[]];
