import { setTimeout as wait } from "node:timers/promises";
import type { Bench, BenchContext } from "../bench.ts";
import type { LoadCalls } from "../load/load-process.ts";
import { readResidentMiB } from "../machine/cpu-times.ts";
import { watchCpu, type CpuShares } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker, type Worker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import type { PublisherCalls } from "../publish/publisher-process.ts";
import type { RunningServer } from "../servers/bench-server.ts";
import { readMetric } from "../servers/read-metric.ts";
import { switchyard } from "../servers/switchyard.ts";
import { formatSlowConsumer } from "./format-slow-consumer.ts";

/**
 * What do fifty clients that stop reading do to the other 950, and what becomes of them?
 *
 * 100 messages a second to all of them. Of 8 KiB and not of 100 bytes, because the kernel's buffers take four megabytes per
 * connection before the server notices anything: with small messages that is minutes.
 */
export const slowConsumer: Bench = {
  name: "slow-consumer",
  question: "What do fifty clients that stop reading do to the other 950, and what becomes of them?",
  minutes: 1.5,
  async run(context) {
    const plan = context.quick ? quickPlan : fullPlan;
    const rounds: SlowRound[] = [];
    for (let round = 1; round <= (context.options.rounds ?? plan.rounds); round += 1) {
      rounds.push(await runRound(plan, context));
      context.say(
        `round ${round}: p99 ${rounds.at(-1)?.without.p99Ms} ms without, ${rounds.at(-1)?.beside.p99Ms} ms beside`,
      );
    }
    return { markdown: formatSlowConsumer(rounds, plan), figures: { plan, rounds } };
  },
};

export interface SlowPlan {
  readonly rounds: number;
  readonly healthy: number;
  readonly slow: number;
  readonly messagesPerSec: number;
  readonly payloadBytes: number;
  readonly warmupMs: number;
  /** Each of the two measurements at most; the second begins when the slow ones stop reading. */
  readonly windowMs: number;
  /** The second ends this long after they are all closed: less than the gateway waits for their answer, so that they still find out. */
  readonly afterMs: number;
}

const fullPlan: SlowPlan = {
  rounds: 3,
  healthy: 950,
  slow: 50,
  messagesPerSec: 100,
  payloadBytes: 8_192,
  warmupMs: 1_000,
  windowMs: 12_000,
  afterMs: 2_000,
};
const quickPlan: SlowPlan = {
  ...fullPlan,
  rounds: 1,
  healthy: 95,
  slow: 5,
  payloadBytes: 65_536,
  windowMs: 3_000,
  afterMs: 300,
};

export interface SlowRound {
  readonly without: HealthyFigures;
  readonly beside: HealthyFigures;
  /** From the last byte they read to the last of them being given up; undefined when the window was too short. */
  readonly closedAfterMs: number | undefined;
  /** What they found when they read again, by close code. */
  readonly closeCodes: Readonly<Record<string, number>>;
  readonly growthMiB: number;
}

export interface HealthyFigures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly deliveredPerSec: number;
  readonly cpu: CpuShares<"server" | "clients" | "publisher" | "redis">;
}

interface Cast {
  readonly plan: SlowPlan;
  readonly gateway: RunningServer;
  readonly healthy: Worker<LoadCalls>;
  readonly slow: Worker<LoadCalls>;
  readonly publisher: Worker<PublisherCalls>;
  readonly redisPid: number;
}

async function runRound(plan: SlowPlan, { redis, options }: BenchContext): Promise<SlowRound> {
  const load = () => startWorker<LoadCalls>({ module: workerModule("load/load-process"), core: loadCore });
  const { nodeOptions } = options;
  const gateway = await switchyard.start({ redisUrl: redis.url, channels: [], core: serverCore, nodeOptions });
  const [healthy, slow] = [await load(), await load()];
  const publisher = await startWorker<PublisherCalls>({
    module: workerModule("publish/publisher-process"),
    core: loadCore,
  });
  try {
    return await measureRound({ plan, gateway, healthy, slow, publisher, redisPid: redis.pid }, redis.url);
  } finally {
    await Promise.all([publisher.close(), healthy.close(), slow.close()]);
    await gateway.close();
  }
}

async function measureRound(cast: Cast, redisUrl: string): Promise<SlowRound> {
  const { plan, gateway, healthy, slow, publisher } = cast;
  const target = { port: gateway.port, channel: "bench", dialect: "centrifuge" } as const;
  await publisher.call("open", { kind: "switchyard", redisUrl });
  await healthy.call("connect", { ...target, count: plan.healthy });
  const { messagesPerSec: ratePerSec, payloadBytes } = plan;
  await publisher.call("start", { channel: "bench", ratePerSec, payloadBytes });
  await wait(plan.warmupMs);
  const without = await measureHealthy(cast, { hasSlow: false });
  await slow.call("connect", { ...target, count: plan.slow, comesBack: false });
  await slow.call("stopReading");
  const beside = await measureHealthy(cast, { hasSlow: true });
  await slow.call("readAgain");
  await wait(500);
  await publisher.call("stop");
  const { closed: closeCodes } = await slow.call("read");
  const { closedAfterMs } = beside;
  return { without, beside, closeCodes, closedAfterMs, growthMiB: beside.highestMiB - without.highestMiB };
}

/** Looks at the gateway meanwhile, in both measurements alike: to be asked for metrics costs it some milliseconds. */
async function measureHealthy(cast: Cast, { hasSlow }: { hasSlow: boolean }) {
  const { plan, gateway, healthy } = cast;
  await healthy.call("reset", { sampleEvery: 53 });
  const endWatch = await watchCpu({
    server: { pid: gateway.pid, core: serverCore },
    clients: { pid: healthy.pid, core: loadCore },
    publisher: { pid: cast.publisher.pid, core: loadCore },
    redis: { pid: cast.redisPid, core: loadCore },
  });
  const startedMs = performance.now();
  let [highestMiB, closedAfterMs] = [0, undefined as number | undefined];
  while (performance.now() - startedMs < plan.windowMs) {
    await wait(250);
    highestMiB = Math.max(highestMiB, await readResidentMiB(gateway.pid));
    const connections = await readMetric(gateway.port, "switchyard_gateway_connections");
    if (connections > plan.healthy || !hasSlow) continue;
    closedAfterMs ??= performance.now() - startedMs;
    if (performance.now() - startedMs > closedAfterMs + plan.afterMs) break;
  }
  const [reading, cpu] = [await healthy.call("read"), await endWatch()];
  const { p50: p50Ms, p99: p99Ms } = reading.latencyMs;
  const deliveredPerSec = (reading.deliveries / reading.elapsedMs) * 1_000;
  return { p50Ms, p99Ms, deliveredPerSec, cpu, highestMiB, closedAfterMs };
}
