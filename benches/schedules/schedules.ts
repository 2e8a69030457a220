import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Bench, BenchContext } from "../bench.ts";
import { watchCpu, type CpuShares } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker, type Worker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { describeQuietness } from "../report/quietness.ts";
import type { FiredReading, ScheduleCalls } from "./schedule-process.ts";

const { count, milliseconds, mebibytes, percent } = formatFigure;

interface Firing {
  readonly name: string;
  readonly reading: FiredReading;
  readonly cpu: CpuShares<"worker" | "redis">;
}

interface Idle {
  readonly commandsPerSec: number;
  readonly rssGrowthBytes: number;
  readonly describeMs: number;
  readonly pageMs: number;
  /** What putting all of them took. */
  readonly putMs: number;
}

/**
 * How fast do workers fire, how late, and what do 10 000 schedules cost that are not due? One worker on a core of its own, which
 * runs the tasks as well; they do nothing. Producer and Redis share the other.
 */
export const schedules: Bench = {
  name: "schedules",
  question: "How many schedules a second does one worker fire, how late, and what do 10 000 cost that are not due?",
  minutes: 2,
  async run(context) {
    const many = context.quick ? 200 : 10_000;
    const idle = await measureIdle(context, many);
    const spread = await measureSpread(context, many);
    const together = await measureTogether(context, many, idle.putMs);
    const firings = [spread, together];
    const rows = firings.map(({ name, reading, cpu }) => [
      name,
      count(reading.fired),
      count((reading.fired / Math.max(1, reading.elapsedMs)) * 1_000),
      milliseconds(reading.lagMs.p50),
      milliseconds(reading.lagMs.p99),
      milliseconds(reading.lagMs.max),
      count(reading.missed),
      `${percent(cpu.worker)}, ${percent(cpu.redis)}`,
    ]);
    const header = ["", "fired", "firings/s", "lag p50 ms", "p99 ms", "max ms", "missed", "worker, Redis CPU"];
    const markdown = [
      describeQuietness(firings.map(({ cpu }) => cpu)),
      formatTable(header, rows),
      `\n${count(many)} that are far off: ${idle.commandsPerSec.toFixed(2)} commands/s by their worker, which grows by ${mebibytes(idle.rssGrowthBytes)}; putting them takes ${(idle.putMs / 1_000).toFixed(1)} s, a look at one ${milliseconds(idle.describeMs)} ms, at a page of 100 ${milliseconds(idle.pageMs)} ms.\n`,
    ].join("\n");
    return { markdown, figures: { many, idle, firings } };
  },
};

interface Stage {
  readonly producer: Worker<ScheduleCalls>;
  readonly consumer: Worker<ScheduleCalls>;
  readonly admin: Redis;
  readonly watch: () => Promise<() => Promise<CpuShares<"worker" | "redis">>>;
}

async function onStage<T>({ redis, options }: BenchContext, act: (stage: Stage) => Promise<T>): Promise<T> {
  const admin = new Redis(redis.url);
  await admin.flushall();
  const module = workerModule("schedules/schedule-process");
  const producer = await startWorker<ScheduleCalls>({ module, core: loadCore });
  const consumer = await startWorker<ScheduleCalls>({ module, core: serverCore, execArgv: options.nodeOptions });
  await producer.call("open", { redisUrl: redis.url });
  try {
    return await act({
      producer,
      consumer,
      admin,
      watch: () =>
        watchCpu({ worker: { pid: consumer.pid, core: serverCore }, redis: { pid: redis.pid, core: loadCore } }),
    });
  } finally {
    await Promise.all([producer.close(), consumer.close()]);
    admin.disconnect();
  }
}

function measureIdle(context: BenchContext, many: number): Promise<Idle> {
  return onStage(context, async ({ producer, consumer, admin }) => {
    await consumer.call("work", { redisUrl: context.redis.url });
    await wait(2_000);
    const alone = await consumer.call("read");
    const restingMs = context.quick ? 2_000 : 30_000;
    const idleCommands = () => countScripts(admin, restingMs);
    const withoutAny = await idleCommands();
    const beganMs = performance.now();
    await producer.call("put", { count: many, cron: "0 0 1 1 *" });
    const putMs = performance.now() - beganMs;
    await wait(2_000);
    const withMany = await idleCommands();
    const full = await consumer.call("read");
    context.say(`${many} idle: ${withMany} scripts in ${restingMs} ms, ${withoutAny} without any`);
    const look = await producer.call("look");
    const commandsPerSec = Math.max(0, withMany - withoutAny) / (restingMs / 1_000);
    return { commandsPerSec, rssGrowthBytes: full.rssBytes - alone.rssBytes, putMs, ...look };
  });
}

/** Scripts that are run while nothing is done. */
async function countScripts(admin: Redis, ms: number): Promise<number> {
  const read = async () => {
    const stats = await admin.info("commandstats");
    return Number(/^cmdstat_evalsha:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
  };
  const before = await read();
  await wait(ms);
  return (await read()) - before;
}

/** Each every ten seconds, evenly spread: a thousand a second. */
function measureSpread(context: BenchContext, many: number): Promise<Firing> {
  return onStage(context, async ({ producer, consumer, watch }) => {
    await producer.call("put", { count: many, everyMs: 10_000 });
    await consumer.call("work", { redisUrl: context.redis.url });
    // What was missed while they were put comes first.
    await wait(context.quick ? 1_000 : 12_000);
    await consumer.call("reset");
    const end = await watch();
    await wait(context.quick ? 2_000 : 20_000);
    const [reading, cpu] = [await consumer.call("read"), await end()];
    context.say(`spread: ${reading.fired} fired, lag p99 ${reading.lagMs.p99} ms`);
    return { name: `${count(many)} every 10 s, spread`, reading, cpu };
  });
}

/** All at one moment, once. */
function measureTogether(context: BenchContext, many: number, putMs: number): Promise<Firing> {
  return onStage(context, async ({ producer, consumer, watch }) => {
    const atMs = Math.floor(Date.now() + 5_000 + 2 * putMs);
    await producer.call("put", { count: many, atMs });
    await consumer.call("work", { redisUrl: context.redis.url });
    if (Date.now() > atMs - 1_000) throw new Error("putting them took longer than they were put ahead");
    await wait(atMs - Date.now() - 500);
    const end = await watch();
    let reading = await consumer.call("read");
    while (reading.fired < many) {
      await wait(100);
      reading = await consumer.call("read");
      if (Date.now() > atMs + 120_000) throw new Error(`${reading.fired} of ${many} fired, and no more do`);
    }
    context.say(`together: ${reading.fired} fired in ${reading.elapsedMs} ms`);
    return { name: `${count(many)} at one moment`, reading, cpu: await end() };
  });
}
