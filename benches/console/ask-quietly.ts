import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { Redis } from "ioredis";
import { median } from "../report/median.ts";
import { logIn } from "./open-tabs.ts";
import { readRedisWork, type SlowCommand, watchSlowCommands } from "./redis-watch.ts";

export interface QuietFigures {
  /** Processor time of one look. */
  readonly redisMs: number;
  /** Of all looks. */
  readonly slowest: SlowCommand | undefined;
}

interface QuietOptions {
  readonly apiUrl: string;
  readonly redisPid: number;
  /** What a page was seen to ask for. */
  readonly asked: readonly string[];
  readonly looks: number;
}

/** The api keeps what it has read of the hub for less than this. */
const freshMs = 1_050;

/**
 * What a page asks for, one after the other and without a browser that wants the same core. A look in which something has interrupted Redis is
 * taken again, some times: its slow log would tell of what came between.
 */
export async function askQuietly(
  redis: Redis,
  { apiUrl, redisPid, asked, looks }: QuietOptions,
): Promise<QuietFigures> {
  const headers = { cookie: await logIn(apiUrl), "sec-fetch-site": "same-origin" };
  const costs: number[] = [];
  const slow: SlowCommand[] = [];
  for (let left = 4 * looks; costs.length < looks && left > 0; left -= 1) {
    await wait(freshMs);
    const slowest = await watchSlowCommands(redis);
    const [interrupted, before] = [await readInterruptions(redisPid), await readRedisWork(redis)];
    for (const path of asked) {
      const response = await fetch(apiUrl + path, { headers });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
    }
    const { cpuMs } = await readRedisWork(redis);
    const found = await slowest();
    if ((await readInterruptions(redisPid)) !== interrupted && left > looks) continue;
    costs.push(cpuMs - before.cpuMs);
    if (found !== undefined) slow.push(found);
  }
  const worst = slow.toSorted((a, b) => b.ms - a.ms)[0];
  return {
    redisMs: median(costs),
    slowest: worst && { ...worst, times: slow.reduce((sum, { times }) => sum + times, 0) },
  };
}

/** How often its core was taken from Redis' main thread. */
async function readInterruptions(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^nonvoluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1] ?? 0);
}
