import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { type BullQueue, createBullQueue } from "@switchyard/tasks/bullmq-queue";
import type { TaskRecord } from "@switchyard/tasks/task";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { readEffects, type Effect } from "./effect-log.ts";
import { startFinishLine, type FinishLine } from "./finish-line.ts";
import { judgeTasks, type TaskVerdict } from "./judge-tasks.ts";
import { watchResults, type ResultWatch } from "./result-watch.ts";
import { superviseApp, type SupervisedApp } from "./supervised-app.ts";

export interface TaskStageOptions {
  readonly workers?: number;
  readonly apis?: number;
  /** Beside the handler `work`, see fault-handler.ts. */
  readonly handlers?: Readonly<Record<string, object>>;
  readonly tasks?: object;
  readonly worker?: object;
  readonly groups?: object;
  /** `SWITCHYARD_*` for every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further arguments of Redis, which keeps an append-only file that is synced every second. */
  readonly redisArguments?: readonly string[];
  /** What is started for the Redis that was found; default: itself. */
  readonly redisProgram?: (redis: string) => Promise<string>;
  /** Where the api looks for Redis; default: at its own port. */
  readonly apiRedisPort?: number;
  /** A line between each worker and Redis that can be struck. */
  readonly hasLines?: boolean;
}

export interface StageWorker extends SupervisedApp {
  /** Of the process there is now. */
  readonly line: FinishLine | undefined;
}

/** A queue with workers that are started again when they end, built to be hurt; everything that happens is on the record. */
export interface TaskStage {
  readonly redis: TestRedis;
  /** Commands to Redis that go past every fault. */
  readonly admin: Redis;
  readonly queue: BullQueue;
  readonly apis: readonly SupervisedApp[];
  readonly workers: readonly StageWorker[];
  /** Path of the effect log, for the data of tasks. */
  readonly log: string;
  readonly results: ResultWatch;
  effects(): readonly Effect[];
  addWorkers(count: number): Promise<void>;
  addApi(): Promise<void>;
  /** With the API key and JSON both ways. */
  request(path: string, options?: StageRequest): Promise<{ status: number; headers: Headers; body: unknown }>;
  /** Resolves when nothing waits, is delayed or runs. */
  idle(timeoutMs?: number): Promise<void>;
  /** Waits until everything is idle and judges all of it. */
  verdict(order: ReadonlyMap<string, readonly string[]>): Promise<TaskVerdict>;
  close(): Promise<void>;
}

export interface StageRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Which api; default the first. */
  readonly api?: number;
}

const apiKey = "stage-api-key-0123456789";
export const opsPassword = "stage-ops-password";
const queueKey = "{sy:tasks}:tasks:";

/** Runs `act` on a fresh stage and takes everything down afterwards, whatever happened. */
export async function withTaskStage<T>(options: TaskStageOptions, act: (stage: TaskStage) => Promise<T>): Promise<T> {
  const stage = await startTaskStage(options);
  try {
    return await act(stage);
  } finally {
    await stage.close();
  }
}

async function startTaskStage(options: TaskStageOptions): Promise<TaskStage> {
  const [redis, directory] = await Promise.all([
    startTestRedis({
      appendOnly: true,
      extraArguments: options.redisArguments ?? [],
      ...(options.redisProgram !== undefined && { program: options.redisProgram }),
    }),
    mkdtemp(join(tmpdir(), "switchyard-task-faults-")),
  ]);
  const log = join(directory, "effects");
  const config = join(directory, "settings.json");
  const module = fileURLToPath(new URL("./fault-handler.ts", import.meta.url));
  const { tasks = {}, worker = {}, groups = {} } = options;
  const handlers = { work: { kind: "module", module }, ...options.handlers };
  await Promise.all([writeFile(config, JSON.stringify({ handlers, tasks, worker, groups })), writeFile(log, "")]);
  const settings = checkSettings({ handlers, tasks });
  const queue = await createBullQueue({
    redis: { url: redis.url, prefix: "sy" },
    logger: createLogger({ app: "stage", level: "silent" }),
    settings: settings.tasks,
    handlers: settings.handlers,
  });
  const admin = new Redis(redis.url, { maxRetriesPerRequest: null });
  admin.on("error", () => undefined);
  const results = await watchResults(redis.url);
  const workers: StageWorker[] = [];
  const apis: SupervisedApp[] = [];
  const environment = (port: number) => ({
    SWITCHYARD_CONFIG: config,
    SWITCHYARD_REDIS_URL: `redis://127.0.0.1:${port}`,
    SWITCHYARD_API_KEY: apiKey,
    SWITCHYARD_OPS_PASSWORD: opsPassword,
    ...options.env,
  });
  const stage: TaskStage = {
    redis,
    admin,
    queue,
    apis,
    workers,
    log,
    results,
    effects: () => readEffects(log),
    async addWorkers(count) {
      const start = () => superviseWorker(redis.port, environment, options.hasLines ?? false);
      workers.push(...(await Promise.all(Array.from({ length: count }, start))));
    },
    async addApi() {
      apis.push(await superviseApp("api", async () => environment(options.apiRedisPort ?? redis.port)));
    },
    async request(path, { method = "GET", headers = {}, body, api = 0 } = {}) {
      const response = await fetch(`${apis[api]?.url}${path}`, {
        method,
        headers: { "x-api-key": apiKey, ...(body !== undefined && { "content-type": "application/json" }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
    },
    idle: (timeoutMs = 60_000) => eventually(() => checkIdle(admin), { timeoutMs, everyMs: 50 }),
    async verdict(order) {
      await stage.idle();
      // This process was cut off as well, and may be a moment later than the workers.
      const records = await eventually(() => readRecords(queue, [...order.values()].flat()), { timeoutMs: 15_000 });
      return judgeTasks({ order, effects: readEffects(log), records, ends: results.ends });
    },
    async close() {
      await Promise.all([...workers, ...apis].map((running) => running.close()));
      await Promise.all(workers.map(async ({ line }) => line?.close()));
      await queue.close();
      results.close();
      admin.disconnect();
      await redis.close();
      await rm(directory, { recursive: true });
    },
  };
  try {
    await Promise.all(Array.from({ length: options.apis ?? 0 }, () => stage.addApi()));
    await stage.addWorkers(options.workers ?? 2);
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function superviseWorker(
  redisPort: number,
  environment: (port: number) => Readonly<Record<string, string>>,
  hasLine: boolean,
): Promise<StageWorker> {
  let line: FinishLine | undefined;
  const app = await superviseApp("worker", async () => {
    if (!hasLine) return environment(redisPort);
    await line?.close();
    line = await startFinishLine(redisPort);
    return environment(line.port);
  });
  return {
    url: app.url,
    get process() {
      return app.process;
    },
    get restarts() {
      return app.restarts;
    },
    get line() {
      return line;
    },
    ready: () => app.ready(),
    close: () => app.close(),
  };
}

async function checkIdle(admin: Redis): Promise<void> {
  const counts = await Promise.all([
    admin.llen(`${queueKey}wait`),
    admin.llen(`${queueKey}active`),
    admin.zcard(`${queueKey}prioritized`),
    admin.zcard(`${queueKey}delayed`),
  ]);
  if (counts.some((count) => count > 0))
    throw new Error(`still waiting, active, prioritized, delayed: ${counts.join()}`);
}

async function readRecords(queue: TaskQueue, ids: readonly string[]): Promise<ReadonlyMap<string, TaskRecord>> {
  const records = new Map<string, TaskRecord>();
  for (let index = 0; index < ids.length; index += 500) {
    const found = await Promise.all(ids.slice(index, index + 500).map((id) => queue.find(id)));
    for (const record of found) if (record !== undefined) records.set(record.id, record);
  }
  return records;
}
