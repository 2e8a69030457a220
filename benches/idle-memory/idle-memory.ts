import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "@switchyard/provision/free-port";
import type { Bench, BenchContext } from "../bench.ts";
import type { DialectName } from "../load/dialect.ts";
import type { LoadCalls } from "../load/load-process.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { openNodeInspector, type MemoryReading, type NodeInspector } from "@switchyard/testkit/node-inspector";
import { startWorker, type Worker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import type { BenchServer } from "../servers/bench-server.ts";

const { kibibytes } = formatFigure;

/**
 * What does an idle connection with one subscription cost a server's process?
 *
 * The slope between two numbers of connections, so that the process itself cancels out; after forced collections, so that
 * garbage does. Memory of the kernel (socket buffers) is not in it. Memory does not care how busy the machine is, so this
 * bench is as good on a busy one.
 */
export const idleMemory: Bench = {
  name: "idle-memory",
  question: "What does an idle connection with one subscription cost?",
  minutes: 1.5,
  async run(context) {
    const rows: MemoryRow[] = [];
    const variants = [shared, own, ofUser].flatMap((variant) => {
      return context.options.servers.map((server) => ({ server, variant }));
    });
    for (const { server, variant } of variants) {
      if (variant === ofUser && server.name !== "switchyard") continue;
      const row = await measureServer(server, variant, context);
      rows.push(row);
      context.say(`${row.title}, ${row.channels}: ${kibibytes(row.perConnection.rss)} KiB`);
    }
    return { markdown: format(rows, plan(context)), figures: { rows } };
  },
};

interface Variant {
  readonly channels: string;
  readonly channel: string;
  readonly ownChannels: boolean;
  /** Instead of the server's. */
  readonly dialect?: DialectName;
}

const shared: Variant = { channels: "one for all", channel: "idle", ownChannels: false };
const own: Variant = { channels: "one each", channel: "idle", ownChannels: true };
/** Servers without users and history have nothing to set against it. */
const ofUser: Variant = {
  channels: "user:<uid>, token, history",
  channel: "user:idle",
  ownChannels: true,
  dialect: "centrifugeUser",
};

interface MemoryRow {
  readonly title: string;
  readonly channels: string;
  readonly perConnection: MemoryReading;
  readonly readings: readonly MemoryReading[];
}

function plan({ quick, options }: BenchContext) {
  const full = options.clients ?? (quick ? 500 : 5_000);
  return { base: Math.round(full / 5), full, settleMs: quick ? 100 : 1_500 };
}

async function measureServer(server: BenchServer, variant: Variant, context: BenchContext): Promise<MemoryRow> {
  const { base, full, settleMs } = plan(context);
  const inspectPort = await freePort();
  // Published by HTTP only: otherwise every server says on the terminal that a debugger is there.
  const inspect = [`--inspect=127.0.0.1:${inspectPort}`, "--inspect-publish-uid=http"];
  const nodeOptions = [...context.options.nodeOptions, ...inspect];
  const { url: redisUrl } = context.redis;
  const running = await server.start({ redisUrl, channels: ["idle"], core: serverCore, nodeOptions });
  const load = await startWorker<LoadCalls>({ module: workerModule("load/load-process"), core: loadCore });
  const inspector = await openNodeInspector(inspectPort);
  try {
    const { channels, ...addressing } = variant;
    const connect = (count: number) =>
      load.call("connect", { count, port: running.port, dialect: server.dialect, ...addressing });
    const readings = [
      await readAfter(() => connect(base), { inspector, load, settleMs }),
      await readAfter(() => connect(full - base), { inspector, load, settleMs }),
    ];
    return { title: server.title, channels, readings, perConnection: slope(readings, full - base) };
  } finally {
    inspector.close();
    await load.close();
    await running.close();
  }
}

async function readAfter(
  connect: () => Promise<void>,
  { inspector, load, settleMs }: { inspector: NodeInspector; load: Worker<LoadCalls>; settleMs: number },
): Promise<MemoryReading> {
  await connect();
  await wait(settleMs);
  const reading = await inspector.memory();
  const { closed } = await load.call("read");
  if (Object.keys(closed).length > 0) throw new Error(`connections were lost meanwhile: ${JSON.stringify(closed)}`);
  return reading;
}

function slope(readings: readonly MemoryReading[], connections: number): MemoryReading {
  const per = (key: keyof MemoryReading) =>
    ((readings.at(-1)?.[key] ?? 0) - (readings.at(0)?.[key] ?? 0)) / connections;
  return { rss: per("rss"), heapUsed: per("heapUsed"), external: per("external") };
}

function format(rows: readonly MemoryRow[], { base, full }: { base: number; full: number }): string {
  const table = formatTable(
    ["server", "channels", "RSS KiB", "heap KiB", "external KiB", `RSS MiB at ${base}`, `at ${full}`],
    rows.map(({ title, channels, perConnection, readings }) => [
      title,
      channels,
      kibibytes(perConnection.rss),
      kibibytes(perConnection.heapUsed),
      kibibytes(perConnection.external),
      ...readings.map(({ rss }) => (rss / 2 ** 20).toFixed(0)),
    ]),
  );
  return `### Memory per idle connection with one subscription, the slope from ${base} to ${full}\n\n${table}\n`;
}
