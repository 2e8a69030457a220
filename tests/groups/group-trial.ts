import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { eventually } from "@switchyard/testkit/eventually";
import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { openRunLog } from "./run-log.ts";
import type { TrialWork } from "./trial-handler.ts";

export interface TrialOptions {
  readonly tasks: number;
  readonly groups: number;
  readonly workers: number;
  readonly seed: number;
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
const queuePrefix = "{sy:tasks}:tasks:";
/** The first groups run one task at a time, whatever happens: their order is exact. */
const resizableFrom = 0.75;

/**
 * Enqueues tasks into groups while workers are killed and stopped and groups are paused and resized, all at random, and
 * waits until everything has settled. The same seed does the same things, at moments that are never the same.
 */
export async function runGroupTrial(options: TrialOptions): Promise<TrialReport> {
  const random = seededRandom(options.seed);
  const [server, directory] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), "switchyard-trial-"))]);
  const config = join(directory, "settings.json");
  await writeFile(config, JSON.stringify(file));
  const start = () => startApp("worker", { SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: server.url });
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

interface Trial {
  readonly redis: Redis;
  readonly url: string;
  readonly queue: TaskQueue;
  readonly log: ReturnType<typeof openRunLog>;
  readonly workers: AppProcess[];
  readonly start: () => Promise<AppProcess>;
  readonly ids: string[];
  close(): Promise<void>;
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

/** One trouble after the other until told to stop; then everything is set right again. */
function makeTrouble(trial: Trial, { groups }: TrialOptions, random: () => number) {
  let isStopped = false;
  const done: string[] = [];
  const troubles = [killWorker, stopWorker, pauseGroup, pauseGroup, resizeGroup, resizeGroup, resizeGroup];
  async function go(): Promise<readonly string[]> {
    while (!isStopped) {
      const trouble = troubles[Math.floor(random() * troubles.length)];
      if (trouble !== undefined) done.push(await trouble(trial, random, groups));
      await sleep(100 + random() * 300);
    }
    return done;
  }
  return { done: go(), stop: () => void (isStopped = true) };
}

async function killWorker(trial: Trial, random: () => number): Promise<string> {
  const [victim] = trial.workers.splice(Math.floor(random() * trial.workers.length), 1);
  await victim?.kill();
  trial.workers.push(await trial.start());
  return "kill";
}

/** Longer than its locks last: the others take its tasks, and then it is back and does not know. */
async function stopWorker(trial: Trial, random: () => number): Promise<string> {
  const victim = trial.workers[Math.floor(random() * trial.workers.length)];
  victim?.signal("SIGSTOP");
  await sleep(2_500 + random() * 1_500);
  victim?.signal("SIGCONT");
  return "stop";
}

async function pauseGroup({ queue }: Trial, random: () => number, groups: number): Promise<string> {
  const group = `g${Math.floor(random() * groups)}`;
  await queue.groups.pause(group);
  await sleep(random() * 300);
  await queue.groups.resume(group);
  return `pause ${group}`;
}

async function resizeGroup(trial: Trial, random: () => number, groups: number): Promise<string> {
  const { queue, log } = trial;
  const first = Math.ceil(groups * resizableFrom);
  const group = `g${first + Math.floor(random() * (groups - first))}`;
  const before = (await queue.groups.get(group)).settings.concurrency ?? 0;
  const concurrency = 1 + Math.floor(random() * 5);
  const limit = { kind: "limit", task: "", group, value: concurrency, token: "1" } as const;
  if (concurrency > before) await log.note(limit);
  await queue.groups.configure(group, { concurrency });
  if (concurrency < before) {
    await fetchedHaveStarted(trial, group);
    await log.note(limit);
  }
  return `resize ${group} ${concurrency}`;
}

/** What was fetched under a former limit may say that it starts a moment later; what its worker has lost starts under the new one. */
async function fetchedHaveStarted({ redis, queue, log }: Trial, group: string): Promise<void> {
  const active = () => redis.lrange(`${queuePrefix}active`, 0, -1);
  const records = await Promise.all((await active()).map((id) => queue.find(id)));
  const fetched = records.flatMap((record) => (record?.group === group ? [record.id] : []));
  const check = async () => {
    const silent = new Set(await log.silentOf(fetched));
    const left = (await active()).filter((id) => silent.has(id));
    if (left.length > 0) throw new Error(`${left.join(", ")} of ${group} do not start`);
  };
  await eventually(check, { timeoutMs: 30_000 });
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
  const general = new Set(["seq", "times", "settings", "checked", "whole"].map((name) => `${queuePrefix}g:${name}`));
  // Dead letters are kept on purpose.
  const keys = (await trial.redis.keys(`${queuePrefix}g:*`)).filter((key) => !key.startsWith(`${queuePrefix}g:d:`));
  return { statuses, lost, order, events: await trial.log.read(), leftovers: keys.filter((key) => !general.has(key)) };
}
