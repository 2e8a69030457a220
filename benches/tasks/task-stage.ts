import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { watchCpu, type CpuShares } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker, type Worker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import type { ContenderName } from "./contenders/open-contender.ts";
import { readRedisCosts, type RedisCosts } from "./redis-costs.ts";
import type { TaskCalls, WorkReading } from "./task-process.ts";

/** One queue with a producer and a worker, each a process, over an empty Redis. */
export interface TaskStage {
  readonly producer: Worker<TaskCalls>;
  readonly consumer: Worker<TaskCalls>;
  costs(): Promise<RedisCosts>;
  /** Waits until so many watched tasks have started. @throws Error when nothing more starts for ten seconds. */
  untilStarted(watched: number): Promise<WorkReading>;
  watchCpu(): Promise<() => Promise<CpuShares<"worker" | "producer" | "redis">>>;
  close(): Promise<void>;
}

export interface TaskStageOptions {
  readonly name: ContenderName;
  readonly redis: { readonly url: string; readonly pid: number };
  readonly nodeOptions: readonly string[];
}

const patienceMs = 10_000;

export async function openTaskStage({ name, redis, nodeOptions }: TaskStageOptions): Promise<TaskStage> {
  const connection = new Redis(redis.url);
  await connection.flushall();
  const module = workerModule("tasks/task-process");
  const [producer, consumer] = await Promise.all([
    startWorker<TaskCalls>({ module, core: loadCore }),
    startWorker<TaskCalls>({ module, core: serverCore, execArgv: nodeOptions }),
  ]);
  await Promise.all([producer, consumer].map((side) => side.call("open", { name, redisUrl: redis.url })));
  return {
    producer,
    consumer,
    costs: () => readRedisCosts(connection),
    async untilStarted(watched) {
      let [reading, progressMs] = [await consumer.call("read"), performance.now()];
      while (reading.watched < watched) {
        await wait(20);
        const next = await consumer.call("read");
        if (next.started > reading.started) progressMs = performance.now();
        reading = next;
        if (performance.now() - progressMs > patienceMs) {
          throw new Error(`${name}: ${reading.watched} of ${watched} tasks have started, and no more do`);
        }
      }
      return reading;
    },
    watchCpu: () =>
      watchCpu({
        worker: { pid: consumer.pid, core: serverCore },
        producer: { pid: producer.pid, core: loadCore },
        redis: { pid: redis.pid, core: loadCore },
      }),
    async close() {
      // Ending the processes is enough: the next stage begins with an empty Redis.
      await Promise.all([producer.close(), consumer.close()]);
      connection.disconnect();
    },
  };
}
