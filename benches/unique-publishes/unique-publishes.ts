import { setTimeout as wait } from "node:timers/promises";
import type { Bench, BenchContext } from "../bench.ts";
import type { DialectName } from "../load/dialect.ts";
import type { LoadCalls } from "../load/load-process.ts";
import { watchCpu, type CpuShares } from "../machine/cpu-watch.ts";
import { loadCore, pinProcess, serverCore } from "../machine/pin-process.ts";
import { awaitTotal } from "../load/await-total.ts";
import { startWorker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import type { PublisherCalls } from "../publish/publisher-process.ts";
import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { describeQuietness } from "../report/quietness.ts";
import { switchyard } from "../servers/switchyard.ts";

/**
 * How many publications a second, each to a user of its own, get through Redis to the users?
 *
 * One publishing process with a fixed number of publications in flight, one Redis, one gateway, all clients on that gateway.
 * Nothing can be shared here: each publication is a script, a pub/sub message, a frame and a system call of its own.
 */
export const uniquePublishes: Bench = {
  name: "unique-publishes",
  question: "How many publications a second, each to a user of its own, get through Redis to the users?",
  minutes: 1,
  async run(context) {
    const rows: UniqueRow[] = [];
    for (const variant of variants) rows.push(...(await measureVariant(variant, context)));
    return { markdown: format(rows), figures: { rows } };
  },
};

interface Variant {
  readonly title: string;
  readonly channel: string;
  readonly dialect: DialectName;
}

const variants: readonly Variant[] = [
  { title: "user:<uid>, history of 100", channel: "user:bench", dialect: "centrifugeUser" },
  { title: "a channel each, no history", channel: "bench", dialect: "centrifuge" },
];

interface UniqueRow {
  readonly title: string;
  readonly inFlight: number;
  readonly publishedPerSec: number;
  readonly deliveredPerSec: number;
  readonly failed: number;
  readonly missing: number;
  readonly cpu: CpuShares<"gateway" | "clients" | "publisher" | "redis">;
}

/**
 * The gateway and Redis have a core each before everything else. Publisher and clients run where there is room, for the four of
 * them together need both cores.
 */
const cores = { gateway: serverCore, publisher: undefined, redis: loadCore, clients: undefined };

async function measureVariant(variant: Variant, { redis, quick, options, say }: BenchContext): Promise<UniqueRow[]> {
  const users = options.clients ?? (quick ? 100 : 1_000);
  const [gateway, load, publisher] = await Promise.all([
    switchyard.start({ redisUrl: redis.url, channels: [], core: cores.gateway, nodeOptions: options.nodeOptions }),
    startWorker<LoadCalls>({ module: workerModule("load/load-process"), core: cores.clients }),
    startWorker<PublisherCalls>({ module: workerModule("publish/publisher-process"), core: cores.publisher }),
  ]);
  await pinProcess(redis.pid, cores.redis);
  try {
    const { title, channel, dialect } = variant;
    await publisher.call("open", { kind: "switchyard", redisUrl: redis.url });
    await load.call("connect", { count: users, port: gateway.port, channel, ownChannels: true, dialect });
    const rows: UniqueRow[] = [];
    for (const inFlight of [64, 256]) {
      const { total } = await load.call("read");
      await publisher.call("startLoop", { channel, channels: users, inFlight });
      await wait(quick ? 100 : 1_000);
      await load.call("reset", { sampleEvery: 53 });
      const endWatch = await watchCpu({
        gateway: { pid: gateway.pid, core: cores.gateway },
        clients: { pid: load.pid, core: cores.clients },
        publisher: { pid: publisher.pid, core: cores.publisher },
        redis: { pid: redis.pid, core: cores.redis },
      });
      await wait(quick ? 300 : 5_000);
      const [reading, cpu] = [await load.call("read"), await endWatch()];
      const published = await publisher.call("stopLoop");
      const missing = published.published - ((await awaitTotal(load, total + published.published)).total - total);
      rows.push({
        title,
        inFlight,
        publishedPerSec: (published.published / published.elapsedMs) * 1_000,
        deliveredPerSec: (reading.deliveries / reading.elapsedMs) * 1_000,
        failed: published.failed,
        missing,
        cpu,
      });
      say(`${title}, ${inFlight} in flight: ${formatFigure.count(rows.at(-1)?.deliveredPerSec ?? 0)} deliveries/s`);
    }
    return rows;
  } finally {
    await publisher.close();
    await load.close();
    await gateway.close();
  }
}

function format(rows: readonly UniqueRow[]): string {
  const { count, percent } = formatFigure;
  const table = formatTable(
    [
      "channels",
      "in flight",
      "publishes/s",
      "deliveries/s",
      "missing",
      "CPU: gateway, publisher, Redis, clients",
      "the same in µs per delivery",
    ],
    rows.map(({ title, inFlight, publishedPerSec, deliveredPerSec, missing, cpu }) => [
      title,
      String(inFlight),
      count(publishedPerSec),
      count(deliveredPerSec),
      count(missing),
      processesOf(cpu).map(percent).join(", "),
      // What a busy machine changes least.
      processesOf(cpu)
        .map((share) => ((share / deliveredPerSec) * 1e6).toFixed(1))
        .join(", "),
    ]),
  );
  return `${describeQuietness(rows.map(({ cpu }) => cpu))}\n### Unique publications, each to one user\n\n${table}\n`;
}

function processesOf({ gateway, publisher, redis, clients }: UniqueRow["cpu"]): readonly number[] {
  return [gateway, publisher, redis, clients];
}
