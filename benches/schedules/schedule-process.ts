import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { type BullQueue, createBullQueue } from "@switchyard/tasks/bullmq-queue";
import { createBullWorker } from "@switchyard/tasks/bullmq-worker";
import type { ScheduleRequest } from "@switchyard/tasks/schedule";
import { build } from "hdr-histogram-js";
import { serveCalls } from "../process/serve-calls.ts";

/** What a worker has fired since the last reset. */
export interface FiredReading {
  readonly fired: number;
  readonly missed: number;
  /** From the first firing to the last, by Redis. */
  readonly elapsedMs: number;
  /** From when they were due to when their tasks were in the queue. */
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly rssBytes: number;
}

let queue: BullQueue | undefined;
const lags = build({ lowestDiscernibleValue: 1, highestTrackableValue: 600e6, numberOfSignificantValueDigits: 3 });
const seen = { fired: 0, missed: 0, firstUs: 0, lastUs: 0 };
const task = { handler: "nothing", data: {} };
const putAtOnce = 50;

/** A producer that puts schedules, or a worker that fires them and runs their tasks, which do nothing. */
const scheduleCalls = {
  async open({ redisUrl }: { redisUrl: string }): Promise<void> {
    queue = await createBullQueue(common(redisUrl));
  },
  /** `s0` … `s<count - 1>`; of a period each has its own offset, so that their ticks are spread evenly. */
  async put({ count, everyMs, atMs, cron }: PutCall): Promise<void> {
    for (let first = 0; first < count; first += putAtOnce) {
      const ids = Array.from({ length: Math.min(putAtOnce, count - first) }, (_, index) => first + index);
      await Promise.all(ids.map((id) => current().schedules.put(`s${id}`, requestOf(id))));
    }
    function requestOf(id: number): ScheduleRequest {
      if (everyMs !== undefined)
        return { task, overlap: "allow", everyMs, offsetMs: Math.floor((id * everyMs) / count) };
      return atMs === undefined ? { task, cron: cron ?? "" } : { task, atMs };
    }
  },
  async work({ redisUrl }: { redisUrl: string }): Promise<void> {
    const worker = await createBullWorker({
      ...common(redisUrl),
      concurrency: 100,
      run: () => Promise.resolve({ kind: "succeeded", result: null }),
      onSettled: () => undefined,
      onFired({ outcome, missed, lagMs, atUs }) {
        seen.missed += missed;
        if (outcome !== "fired") return;
        seen.fired += 1;
        seen.firstUs ||= atUs;
        seen.lastUs = atUs;
        lags.recordValue(Math.max(1, Math.round(lagMs * 1_000)));
      },
    });
    worker.start();
  },
  reset(): void {
    lags.reset();
    Object.assign(seen, { fired: 0, missed: 0, firstUs: 0, lastUs: 0 });
  },
  read(): FiredReading {
    const percentile = (share: number) => lags.getValueAtPercentile(share) / 1_000;
    return {
      fired: seen.fired,
      missed: seen.missed,
      elapsedMs: (seen.lastUs - seen.firstUs) / 1_000,
      lagMs: { p50: percentile(50), p99: percentile(99), max: lags.maxValue / 1_000 },
      rssBytes: process.memoryUsage.rss(),
    };
  },
  /** How long a look at one, and a page of a hundred, take. */
  async look(): Promise<{ readonly describeMs: number; readonly pageMs: number }> {
    const time = async (act: () => Promise<unknown>) => {
      const durations: number[] = [];
      for (let round = 0; round < 20; round += 1) {
        const beganMs = performance.now();
        await act();
        durations.push(performance.now() - beganMs);
      }
      return durations.toSorted((left, right) => left - right)[10] ?? 0;
    };
    const describeMs = await time(() => current().schedules.get("s77"));
    return { describeMs, pageMs: await time(() => current().schedules.list({ limit: 100 })) };
  },
};
export type ScheduleCalls = typeof scheduleCalls;

interface PutCall {
  readonly count: number;
  readonly everyMs?: number;
  readonly atMs?: number;
  readonly cron?: string;
}

serveCalls(scheduleCalls);

function common(url: string) {
  const settings = checkSettings({});
  return {
    redis: { url, prefix: "sy" },
    logger: createLogger({ app: "bench", level: "silent" }),
    settings: settings.tasks,
    handlers: settings.handlers,
  };
}

function current(): BullQueue {
  if (queue === undefined) throw new Error("open a queue first");
  return queue;
}
