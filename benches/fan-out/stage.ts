import { setTimeout as wait } from "node:timers/promises";
import { awaitTotal } from "../load/await-total.ts";
import type { LoadCalls, LoadReading } from "../load/load-process.ts";
import { readResidentMiB } from "../machine/cpu-times.ts";
import { watchCpu, type CpuShares } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker, type Worker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import type { PublisherCalls, PublisherReading } from "../publish/publisher-process.ts";
import type { BenchServer, RunningServer } from "../servers/bench-server.ts";

/** One server with its clients and its publisher, ready to be measured. */
export interface Stage {
  readonly clients: number;
  readonly serverPid: number;
  /** Subscribes one more client, to a channel nobody else is on. */
  connectLoneClient(): Promise<void>;
  /**
   * Waits until everybody is connected, publishes at a fixed rate, lets it settle for `warmupMs`, measures for `windowMs`,
   * stops, and waits until everything has arrived.
   */
  measure(load: LoadOptions): Promise<Measurement>;
  close(): Promise<void>;
}

export interface LoadOptions {
  readonly channel: string;
  readonly ratePerSec: number;
  readonly warmupMs: number;
  readonly windowMs: number;
  /** Time for what is still on its way after the last message. */
  readonly drainMaxMs?: number;
}

export interface Measurement {
  /** Messages per second the publisher was to send, times the clients of the channel. */
  readonly offeredPerSec: number;
  readonly deliveredPerSec: number;
  /** In the window. */
  readonly latencyMs: LoadReading["latencyMs"];
  /** From the first message to the last delivery. */
  readonly published: number;
  /** Messages the backplane refused. */
  readonly notTaken: number;
  /** Deliveries that never came, of what was published and taken, times the clients there were at the beginning. */
  readonly missing: number;
  /** How far behind its schedule the publisher fell at the worst. */
  readonly publisherLateMs: number;
  /** From the last publish to the last delivery. */
  readonly drainMs: number;
  /** Connections the server ended, by close code, from the first message to the last. Clients come back by themselves. */
  readonly closed: Readonly<Record<string, number>>;
  readonly serverMiB: number;
  /** In the window. */
  readonly cpu: CpuShares<"server" | "clients" | "publisher" | "redis" | "neighbour">;
}

export const benchChannel = "bench";
export const loneChannel = "lone";

export interface StageOptions {
  readonly server: BenchServer;
  readonly redis: { readonly url: string; readonly pid: number };
  readonly clients: number;
  readonly nodeOptions: readonly string[];
  /** A process that was put beside the server on purpose. */
  readonly neighbourPid?: number;
}

export async function openStage({
  server,
  redis,
  clients,
  nodeOptions,
  neighbourPid = 0,
}: StageOptions): Promise<Stage> {
  const channels = [benchChannel, loneChannel];
  const [running, load, publisher] = await Promise.all([
    server.start({ redisUrl: redis.url, channels, core: serverCore, nodeOptions }),
    startWorker<LoadCalls>({ module: workerModule("load/load-process"), core: loadCore }),
    startWorker<PublisherCalls>({ module: workerModule("publish/publisher-process"), core: loadCore }),
  ]);
  const connect = (count: number, channel: string) =>
    load.call("connect", { count, channel, port: running.port, dialect: server.dialect });
  await publisher.call("open", { kind: server.name, redisUrl: redis.url });
  await connect(clients, benchChannel);
  return {
    clients,
    serverPid: running.pid,
    connectLoneClient: () => connect(1, loneChannel),
    measure: (options) => measure({ running, load, publisher, redis, clients, neighbourPid }, options),
    async close() {
      await publisher.close();
      await load.close();
      await running.close();
    },
  };
}

interface Cast {
  readonly running: RunningServer;
  readonly load: Worker<LoadCalls>;
  readonly publisher: Worker<PublisherCalls>;
  readonly redis: { readonly pid: number };
  readonly clients: number;
  readonly neighbourPid: number;
}

async function measure(cast: Cast, options: LoadOptions): Promise<Measurement> {
  const { load, publisher } = cast;
  const listeners = options.channel === loneChannel ? 1 : cast.clients;
  await load.call("restore");
  const { total: totalBefore } = await load.call("read");
  await publisher.call("start", { channel: options.channel, ratePerSec: options.ratePerSec });
  await wait(options.warmupMs);
  await load.call("reset", { sampleEvery: listeners === 1 ? 1 : 53 });
  const endWatch = await watchCpu({
    server: { pid: cast.running.pid, core: serverCore },
    clients: { pid: load.pid, core: loadCore },
    publisher: { pid: publisher.pid, core: loadCore },
    redis: { pid: cast.redis.pid, core: loadCore },
    neighbour: { pid: cast.neighbourPid, core: serverCore },
  });
  await wait(options.windowMs);
  const [reading, cpu] = [await load.call("read"), await endWatch()];
  const serverMiB = await readResidentMiB(cast.running.pid);
  const published = await publisher.call("stop");
  const expected = (published.due - published.failed) * listeners;
  const { drainMs, total, closed } = await awaitTotal(load, totalBefore + expected, options.drainMaxMs);
  return {
    ...describePublished(published, listeners),
    deliveredPerSec: (reading.deliveries / reading.elapsedMs) * 1000,
    latencyMs: reading.latencyMs,
    missing: expected - (total - totalBefore),
    drainMs,
    closed,
    serverMiB,
    cpu,
  };
}

function describePublished({ due, elapsedMs, failed, latestMs }: PublisherReading, listeners: number) {
  return {
    offeredPerSec: (due / elapsedMs) * 1000 * listeners,
    published: due,
    notTaken: failed,
    publisherLateMs: latestMs,
  };
}
