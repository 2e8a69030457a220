import { setTimeout as wait } from "node:timers/promises";
import type { Bench, BenchContext } from "../bench.ts";
import { type CpuShares, watchCpu } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import { missingCentrifugo } from "../servers/centrifugo.ts";
import { formatHerd, type HerdRow } from "./format-herd.ts";
import { channelOf, type HerdCase, herdCases, titleOf } from "./herd-case.ts";
import type { HerdCalls, Place } from "./herd-process.ts";
import { type HerdServer, herdServers, type Running } from "./herd-servers.ts";

/**
 * How long until a crowd is back that lost its gateway, and what does each of it cost the one that takes it in?
 *
 * A fresh process meets the herd twice: the first time as it was started, the second time warm, as a gateway is that has
 * served before. Where there
 * is something to recover each has missed two publications.
 */
export const herd: Bench = {
  name: "herd",
  question: "How long until 5 000 clients are back that connect at once, and what does each cost?",
  minutes: 8,
  contenders: herdServers.map(({ name }) => name),
  async run(context) {
    const { options, quick, say } = context;
    const missing = await missingCentrifugo();
    if (missing !== undefined) say(missing);
    const isChosen = ({ name }: HerdServer) => options.contenders?.includes(name) ?? true;
    const servers = herdServers.filter(
      (server) => isChosen(server) && (server.name !== "centrifugo" || missing === undefined),
    );
    const rows: HerdRow[] = [];
    for (let round = 0; round < (options.rounds ?? (quick ? 1 : 3)); round += 1) {
      for (const herdCase of herdCases.filter((one) => titleOf(one).includes(options.only ?? ""))) {
        for (const server of servers) rows.push(...(await measure(server, herdCase, context)));
      }
    }
    return { markdown: formatHerd(rows), figures: { rows } };
  },
};

/** Publications that each client has not had. */
const missed = 2;
/** What is still written to Redis once everybody is back belongs to the price. */
const trailMs = 500;
/** Longer than any server keeps a channel that nobody listens to, or a reading for those that may come. */
const betweenMs = 4_000;

async function measure(server: HerdServer, herdCase: HerdCase, context: BenchContext): Promise<HerdRow[]> {
  const { redis, quick, options, say } = context;
  const count = options.clients ?? (quick ? 200 : 5_000);
  const running = await server.start(herdCase, { redisUrl: redis.url, nodeOptions: options.nodeOptions });
  const clients = await startWorker<HerdCalls>({ module: workerModule("herd/herd-process"), core: loadCore });
  try {
    const places = await placesOf(running, herdCase, count);
    const rows: HerdRow[] = [];
    for (const isWarm of [false, true]) {
      const endWatch = await watchCpu({
        gateway: { pid: running.pid, core: serverCore },
        clients: { pid: clients.pid, core: loadCore },
        redis: { pid: redis.pid, core: loadCore },
      });
      const beganMs = performance.now();
      const tookMs = await clients.call("arrive", { port: running.port, places, inFlight: 500 });
      await wait(trailMs);
      const [cpu, watchedMs] = [await endWatch(), performance.now() - beganMs];
      rows.push({
        title: server.title,
        herd: titleOf(herdCase),
        isWarm,
        tookMs,
        cpu,
        perClientUs: perClient(cpu, watchedMs, count),
      });
      await clients.call("leave");
      if (!isWarm) await wait(quick ? 1_000 : betweenMs);
    }
    for (const {
      title,
      herd: name,
      isWarm,
      tookMs,
      perClientUs: { gateway },
    } of rows)
      say(`${title}, ${name}, ${isWarm ? "warm" : "fresh"}: ${tookMs.toFixed(0)} ms, ${gateway.toFixed(0)} µs`);
    return rows;
  } finally {
    await clients.close();
    await running.close();
  }
}

async function placesOf(running: Running, herdCase: HerdCase, count: number): Promise<Place[]> {
  const channels = Array.from({ length: count }, (_, client) => channelOf(herdCase, client));
  if (!herdCase.recovers) return channels.map((channel) => ({ channel, offset: 0 }));
  const distinct = [...new Set(channels)];
  const tops = await running.fill(distinct, missed + 1);
  const topOf = new Map(distinct.map((channel, index) => [channel, tops[index]]));
  return channels.map((channel) => {
    const { offset = 0, epoch = "" } = topOf.get(channel) ?? {};
    return { channel, offset: offset - missed, epoch };
  });
}

function perClient(cpu: CpuShares<"gateway" | "clients" | "redis">, watchedMs: number, count: number) {
  const us = (share: number) => (share * watchedMs * 1_000) / count;
  return { gateway: us(cpu.gateway), clients: us(cpu.clients), redis: us(cpu.redis) };
}
