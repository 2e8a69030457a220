import { Redis } from "ioredis";
import type { Bench, BenchContext } from "../bench.ts";
import { type CpuShares, watchCpu } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { describeQuietness } from "../report/quietness.ts";
import { type FanOutReading, measureFanOut } from "./fan-out-beside-others.ts";
import type { CallReading, InboxCalls, InboxLoad } from "./inbox-process.ts";

const { count, milliseconds, percent } = formatFigure;

interface Measured {
  readonly name: string;
  readonly reading: CallReading;
  readonly cpu: CpuShares<"writer" | "redis">;
}

interface Sizes {
  /** Of Redis' memory, per user: the items, and the newest events, which the channel keeps for an hour. */
  readonly itemBytes: number;
  readonly eventBytes: number;
}

/**
 * How fast are items written and marked, how long does a page wait for its first twenty, what does an item weigh, and what does a
 * notification to ten thousand do to everybody else? Twenty items for each of 1 000 users, by one process on a core of its own; Redis is
 * on the other. The last question is asked of a whole hub.
 */
export const inbox: Bench = {
  name: "inbox",
  question:
    "How many items a second, how long for a page's first look, how many bytes each, and what does a fan-out do to others?",
  minutes: 1,
  async run(context) {
    const load = { users: context.quick ? 50 : 1_000, each: 20, atOnce: 50 };
    const { calls, sizes } = await measureCalls(context, load);
    const fanOut = await measureFanOut(context);
    const markdown = [
      describeQuietness([...calls.map(({ cpu }) => cpu), fanOut.cpu]),
      formatCalls(calls),
      formatSizes(sizes, load),
      formatFanOut(fanOut),
    ].join("\n");
    return { markdown, figures: { load, calls, sizes, fanOut } };
  },
};

async function measureCalls({ redis, options, say }: BenchContext, load: InboxLoad) {
  const admin = new Redis(redis.url);
  const module = workerModule("inbox/inbox-process");
  const writer = await startWorker<InboxCalls>({ module, core: serverCore, execArgv: options.nodeOptions });
  const watched = {
    writer: { pid: writer.pid, core: serverCore },
    redis: { pid: redis.pid, core: loadCore },
  };
  const measure = async (name: string, call: "add" | "mark" | "snapshot", how: InboxLoad): Promise<Measured> => {
    const end = await watchCpu(watched);
    const reading = await writer.call(call, how);
    say(`${name}: ${count(reading.calls)} in ${count(reading.elapsedMs)} ms`);
    return { name, reading, cpu: await end() };
  };
  try {
    await writer.call("open", { redisUrl: redis.url });
    // Redis keeps the scripts themselves from their first run on.
    for (const call of ["add", "mark", "snapshot"] as const) await writer.call(call, { users: 1, each: 1, atOnce: 1 });
    const before = await usedBytes(admin);
    const add = await measure("add", "add", load);
    const sizes = await weigh(admin, before, load);
    const one = { ...load, atOnce: 1 };
    const snapshot = await measure("snapshot, one at a time", "snapshot", one);
    return { sizes, calls: [add, snapshot, await measure("mark as read", "mark", load)] };
  } finally {
    await writer.close();
    admin.disconnect();
  }
}

function formatSizes({ itemBytes, eventBytes }: Sizes, { each }: InboxLoad): string {
  const ofMany = (bytes: number) => `${((bytes * 100_000) / 1e9).toFixed(2)} GB`;
  const words = `A user with ${each} items takes ${count(itemBytes)} bytes of Redis, and ${count(eventBytes)} more for an hour after the last change.`;
  return `\n${words} A hundred thousand such users: ${ofMany(itemBytes)}, and ${ofMany(itemBytes + eventBytes)} if all have changed within the hour.\n`;
}

async function weigh(admin: Redis, before: number, { users }: InboxLoad): Promise<Sizes> {
  const full = await usedBytes(admin);
  let cursor = "0";
  do {
    const [next, keys] = await admin.scan(cursor, "MATCH", "*}:stream", "COUNT", 1_000);
    if (keys.length > 0) await admin.unlink(...keys);
    cursor = next;
  } while (cursor !== "0");
  const withoutEvents = await usedBytes(admin);
  return { itemBytes: (withoutEvents - before) / users, eventBytes: (full - withoutEvents) / users };
}

async function usedBytes(admin: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await admin.info("memory"))?.[1]);
}

function formatCalls(calls: readonly Measured[]): string {
  const rows = calls.map(({ name, reading, cpu }) => [
    name,
    count((reading.calls / reading.elapsedMs) * 1_000),
    milliseconds(reading.ms.p50),
    milliseconds(reading.ms.p99),
    `${percent(cpu.writer)}, ${percent(cpu.redis)}`,
  ]);
  return formatTable(["", "a second", "p50 ms", "p99 ms", "writer, Redis CPU"], rows);
}

function formatFanOut({ users, acceptedMs, storedMs, alone, meanwhile }: FanOutReading): string {
  const rows = [
    ["alone", count(alone.publications), milliseconds(alone.p50Ms), milliseconds(alone.p99Ms)],
    ["meanwhile", count(meanwhile.publications), milliseconds(meanwhile.p50Ms), milliseconds(meanwhile.p99Ms)],
  ];
  const words = `To ${count(users)} users: 202 after ${milliseconds(acceptedMs)} ms, all stored after ${(storedMs / 1_000).toFixed(1)} s, ${count((users / storedMs) * 1_000)} a second.`;
  const others = `Publishing by others: p99 ${(((meanwhile.p99Ms - alone.p99Ms) / alone.p99Ms) * 100).toFixed(0)} % longer.`;
  return `${words} ${others}\n\n${formatTable(["publishing by others", "publications", "p50 ms", "p99 ms"], rows)}\n`;
}
