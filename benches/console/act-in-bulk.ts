import { setTimeout as wait } from "node:timers/promises";
import type { Redis } from "ioredis";
import { readRedisWork, type SlowCommand, watchSlowCommands } from "./redis-watch.ts";

export interface BulkFigures {
  readonly matched: number;
  readonly countMs: number;
  readonly donePerSecond: number;
  /** Of one core. */
  readonly redisShare: number;
  readonly abortMs: number;
  /** Done after the abort was answered. */
  readonly doneAfter: number;
  readonly slowest: SlowCommand | undefined;
}

interface BulkOptions {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly seconds: number;
}

/** All failed tasks again, as fast as it may be asked for, for some seconds and then aborted. */
export async function actInBulk(redis: Redis, { apiUrl, apiKey, seconds }: BulkOptions): Promise<BulkFigures> {
  const call = async (path: string, body?: object) => {
    const headers = { "x-api-key": apiKey, "content-type": "application/json" };
    const response = await fetch(
      apiUrl + path,
      body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) },
    );
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { id: string; matched: number; done: number; untilMs: number };
  };
  const slow = await watchSlowCommands(redis);
  // One that has to look at each of them.
  const selection = { act: "retry", filter: { reason: "smtp timeout" } };
  const countedMs = performance.now();
  const { matched, untilMs } = await call("/v1/bulk-acts/count", selection);
  const countMs = performance.now() - countedMs;
  const before = await readRedisWork(redis);
  const beganMs = performance.now();
  const { id } = await call("/v1/bulk-acts", { act: "retry", filter: {}, all: true, untilMs, perSecond: 1_000 });
  await wait(seconds * 1_000);
  const [{ done }, elapsedMs, after] = [
    await call(`/v1/bulk-acts/${id}`),
    performance.now() - beganMs,
    await readRedisWork(redis),
  ];
  const abortedMs = performance.now();
  const aborted = await call(`/v1/bulk-acts/${id}/abort`, {});
  const abortMs = performance.now() - abortedMs;
  await wait(1_000);
  return {
    matched,
    countMs,
    donePerSecond: (done * 1_000) / elapsedMs,
    redisShare: (after.cpuMs - before.cpuMs) / elapsedMs,
    abortMs,
    doneAfter: (await call(`/v1/bulk-acts/${id}`)).done - aborted.done,
    slowest: await slow(),
  };
}
