import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { makeTrouble, queuePrefix, resizableFrom, type Trial } from "./make-trouble.ts";
import { openRunLog } from "./run-log.ts";
import type { TrialWork } from "./trial-handler.ts";

export interface TrialOptions {
  readonly tasks: number;
  readonly groups: number;
  readonly workers: number;
  readonly seed: number;
  /** Each worker is a pool of two processes, which are killed and stopped one by one, and the pool without them. */
  readonly arePools?: boolean;
}

export interface TrialReport {
  /** Tasks by what their record says in the end. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly events: Awaited<ReturnType<ReturnType<typeof openRunLog>["read"]>>;
  readonly order: ReadonlyMap<string, readonly string[]>;
  readonly lost: ReadonlySet<string>;
  /** What groups left behind in Redis. */
  readonly leftovers: readonly string[];
  /** What was done to the workers and groups, for the message of a failing test. */
  readonly done: readonly string[];
  readonly seconds: number;
}

const file = {
  handlers: { work: { kind: "module", module: fileURLToPath(new URL("./trial-handler.ts", import.meta.url)) } },
  tasks: { lock_duration: "2s" },
  worker: { concurrency: 25 },
};

/**
 * Enqueues tasks into groups while workers are killed and stopped and groups are paused and resized, all at random, and
 * waits until everything has settled. The same seed does the same things, at moments that are never the same.
 */
export async function runGroupTrial(options: TrialOptions): Promise<TrialReport> {
  const random = seededRandom(options.seed);
  const [server, directory] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), "switchyard-trial-"))]);
  const config = join(directory, "settings.json");
  await writeFile(config, JSON.stringify(file));
  const bounds = { SWITCHYARD_WORKER_PROCESSES_MIN: "2", SWITCHYARD_WORKER_PROCESSES_MAX: "2" };
  const env = { SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: server.url, ...(options.arePools === true && bounds) };
  const start = () => startApp("worker", env);
  const workers = await Promise.all(Array.from({ length: options.workers }, start));
  const trial = await openTrial(server, workers, start);
  const begun = performance.now();
  try {
    const chaos = makeTrouble(trial, options, random);
    const order = await enqueueAll(trial, options, random);
    await settleAll(trial, chaos.stop);
    const done = await chaos.done;
    await settleAll(trial, () => undefined);
    return { ...(await report(trial, order)), done, seconds: (performance.now() - begun) / 1_000 };
  } finally {
    await Promise.all(trial.workers.map((worker) => worker.kill()));
    await trial.close();
    await server.close();
    await rm(directory, { recursive: true });
  }
}

async function openTrial(server: TestRedis, workers: AppProcess[], start: () => Promise<AppProcess>): Promise<Trial> {
  const settings = checkSettings({ tasks: file.tasks });
  const queue = await createBullQueue({
    redis: { url: server.url, prefix: "sy" },
    logger: createLogger({ app: "trial", level: "silent" }),
    settings: settings.tasks,
    handlers: settings.handlers,
  });
  const redis = new Redis(server.url);
  const log = openRunLog(server.url);
  return {
    redis,
    url: server.url,
    queue,
    log,
    workers,
    start,
    ids: [],
    async close() {
      await queue.close();
      log.close();
      redis.disconnect();
    },
  };
}

async function enqueueAll(trial: Trial, { tasks, groups }: TrialOptions, random: () => number) {
  const order = new Map<string, string[]>();
  const batch = 200;
  for (let count = 0; count < tasks; count += batch) {
    const requests = Array.from({ length: Math.min(batch, tasks - count) }, () => {
      const group = Math.floor(random() ** 2 * groups);
      const data: TrialWork = {
        redisUrl: trial.url,
        ms: random() < 0.1 ? Math.floor(random() * 10) : 0,
        failures: random() < 0.2 ? 1 : 0,
      };
      const delayMs = random() < 0.03 ? Math.floor(random() * 2_000) : 0;
      const backoff = { kind: "fixed", delayMs: Math.floor(random() * 100) } as const;
      return { handler: "work", data, group: `g${group}`, attempts: 3, backoff, delayMs };
    });
    const replies = await trial.queue.enqueueMany(requests);
    for (const [index, reply] of replies.entries()) {
      if (reply instanceof Error) throw reply;
      trial.ids.push(reply.task.id);
      const { group, delayMs } = requests[index] ?? { group: "", delayMs: 1 };
      if (delayMs > 0 || Number(group.slice(1)) >= groups * resizableFrom) continue;
      order.set(group, [...(order.get(group) ?? []), reply.task.id]);
    }
  }
  return order;
}

/** Until nothing waits, is delayed or runs; `onHalf` is called when half of it is done. */
async function settleAll({ redis }: Trial, onHalf: () => void): Promise<void> {
  const left = async () => {
    const counts = await Promise.all([
      redis.llen(`${queuePrefix}wait`),
      redis.llen(`${queuePrefix}active`),
      redis.zcard(`${queuePrefix}prioritized`),
      redis.zcard(`${queuePrefix}delayed`),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const atFirst = await left();
  for (let now = atFirst; now > 0; now = await left()) {
    if (now <= atFirst / 10) onHalf();
    await sleep(100);
  }
  onHalf();
}

async function report(trial: Trial, order: ReadonlyMap<string, readonly string[]>) {
  const statuses: Record<string, number> = {};
  const lost = new Set<string>();
  for (let index = 0; index < trial.ids.length; index += 1_000) {
    const records = await Promise.all(trial.ids.slice(index, index + 1_000).map((id) => trial.queue.find(id)));
    for (const record of records) {
      const status = record?.status ?? "unknown";
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (record?.error?.code === "worker_lost") lost.add(record.id);
    }
  }
  const general = new Set(["seq", "times", "settings", "checked", "whole:2"].map((name) => `${queuePrefix}g:${name}`));
  // Dead letters are kept on purpose, and when a group was resumed for a day.
  const isKept = (key: string) => ["d:", "dead", "resumed:"].some((name) => key.startsWith(`${queuePrefix}g:${name}`));
  const keys = (await trial.redis.keys(`${queuePrefix}g:*`)).filter((key) => !isKept(key));
  return { statuses, lost, order, events: await trial.log.read(), leftovers: keys.filter((key) => !general.has(key)) };
}
