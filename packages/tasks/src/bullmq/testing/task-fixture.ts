import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { isSettled, type TaskRecord } from "../../task.ts";
import type { RunAttempt, TaskWorker } from "../../task-worker.ts";
import { type BullQueue, createBullQueue } from "../bullmq-queue.ts";
import { createBullWorker, type BullWorkerOptions } from "../bullmq-worker.ts";

const queuePrefix = "{test:tasks}:tasks:";

export interface UseTasksOptions {
  /** Shorter only for tests that wait for its end: a test process that is kept waiting for half of it may lose its tasks. */
  readonly lockDuration?: string;
}

/** A queue over a Redis of its own and any number of workers, gone after each test. Call it once, at the top of a file. */
export function useTasks({ lockDuration = "3s" }: UseTasksOptions = {}) {
  const settings = checkSettings({ tasks: { lock_duration: lockDuration, backoff: "10ms" } });
  const state: { server?: TestRedis; queue?: BullQueue; redis?: Redis; workers: TaskWorker[] } = { workers: [] };
  const common = () => ({
    redis: { url: state.server?.url ?? "", prefix: "test" },
    logger: createLogger({ app: "test", level: "silent" }),
    settings: settings.tasks,
    handlers: settings.handlers,
  });
  const openQueue = () => createBullQueue(common());
  beforeAll(async () => {
    state.server = await startTestRedis();
    state.redis = new Redis(state.server.url);
  });
  beforeEach(async () => {
    state.queue = await openQueue();
  });
  afterEach(async () => {
    await Promise.all(state.workers.map((worker) => worker.close()));
    state.workers = [];
    await state.queue?.close();
    await state.server?.flush();
  });
  afterAll(async () => {
    state.redis?.disconnect();
    await state.server?.close();
  });

  const queue = () => state.queue as BullQueue;
  const redis = () => state.redis as Redis;
  return {
    queue,
    redis,
    url: () => state.server?.url ?? "",
    queuePrefix,
    /** Another one, that the caller closes. */
    openQueue,
    /** A running worker. */
    startWorker: async (run: RunAttempt, options: Partial<BullWorkerOptions> = {}): Promise<TaskWorker> => {
      const worker = await createBullWorker({
        ...common(),
        concurrency: 20,
        run,
        graceMs: 100,
        onSettled: () => undefined,
        ...options,
      });
      state.workers.push(worker);
      worker.start();
      return worker;
    },
    settled: async (taskId: string): Promise<TaskRecord> => {
      const record = await queue().waitForSettled(taskId, 10_000);
      if (record === undefined || !isSettled(record.status)) throw new Error(`not settled: ${JSON.stringify(record)}`);
      return record;
    },
    /** What is left of groups in Redis, less the two numbers and the settings that are for all of them, and when one was resumed, which is forgotten in a day. */
    groupKeys: async (): Promise<string[]> => {
      const keys = await redis().keys(`${queuePrefix}g:*`);
      return keys.filter((key) => !/:g:(?:seq|times|settings|checked|whole:2|dead|resumed:.*)$/.test(key));
    },
  };
}

/** A handler whose attempts wait until they are let go, and what has started so far. */
export function createGate() {
  const started: string[] = [];
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  return {
    started,
    /** Names of tasks that run now; a task's data is its name. */
    running: () => [...waiting.keys()],
    run: (async ({ task, signal }) => {
      const name = String(task.data);
      started.push(name);
      const gate = Promise.withResolvers<void>();
      waiting.set(name, gate);
      signal.addEventListener("abort", () => gate.resolve());
      await gate.promise;
      waiting.delete(name);
      return { kind: "succeeded", result: name };
    }) satisfies RunAttempt,
    async release(name: string): Promise<void> {
      await eventually(() => expect([...waiting.keys()]).toContain(name));
      waiting.get(name)?.resolve();
    },
    /** Of tasks that run now, in this turn of the event loop. */
    releaseNow(names: readonly string[]): void {
      for (const name of names) waiting.get(name)?.resolve();
    },
    async releaseAll(names: readonly string[]): Promise<void> {
      for (const name of names) await this.release(name);
    },
  };
}
