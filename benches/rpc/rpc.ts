import { build, type Histogram } from "hdr-histogram-js";
import type { Bench } from "../bench.ts";
import { watchCpu } from "../machine/cpu-watch.ts";
import { monotonicUs } from "../machine/monotonic-us.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker } from "../process/start-worker.ts";
import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { describeQuietness } from "../report/quietness.ts";
import { openHub } from "../result-latency/open-hub.ts";
import { openRpcLine, type RpcLine, wires } from "./rpc-line.ts";
import type { SocketIoAcksCalls } from "./socket-io-acks-process.ts";

/**
 * What does it cost that no code of users runs in a gateway? Ours: client, gateway, Redis, worker, and the same way back. Socket.IO:
 * client and the server's own event loop. Both with clients of a few lines, in turn, so that what else the machine does meets both.
 */
export const rpc: Bench = {
  name: "rpc",
  question: "How long does a client wait for a handler's answer, and how many calls a second are answered?",
  minutes: 1,
  async run({ redis, quick, say }) {
    const hub = await openHub(redis.url, {
      client: { command_rate_limit: 0 },
      rpc: { namespaces: [{ name: "bench", handler: "test" }] },
    });
    const module = new URL("./socket-io-acks-process.ts", import.meta.url);
    const acks = await startWorker<SocketIoAcksCalls>({ module, core: serverCore, execArgv: [] });
    try {
      const { port } = await acks.call("listen");
      const hubPort = Number(new URL(hub.websocketUrl).port);
      const contenders = [
        { title: "Switchyard rpc", open: () => openRpcLine(hubPort, wires.centrifuge) },
        { title: "Socket.IO ack", open: () => openRpcLine(port, wires.socketIo) },
      ];
      const endWatch = await watchCpu({
        gateway: { pid: hub.pids.gateway, core: serverCore },
        worker: { pid: hub.pids.worker, core: serverCore },
        acks: { pid: acks.pid, core: serverCore },
        client: { pid: process.pid, core: loadCore },
        redis: { pid: redis.pid, core: loadCore },
      });
      const rows: string[][] = [];
      for (const plan of plans(quick)) {
        for (const { title, open } of contenders) {
          const times = await measure(await openMany(plan.connections, open), plan);
          rows.push([plan.title, title, ...times]);
          say(rows.at(-1)?.join(" · ") ?? "");
        }
      }
      const cpu = await endWatch();
      const table = formatTable(["calls", "", "p50 ms", "p99 ms", "calls/s"], rows);
      return { markdown: `${describeQuietness([cpu])}\n${table}\n`, figures: { rows, cpu } };
    } finally {
      await acks.close();
      await hub.close();
    }
  },
};

interface Plan {
  readonly title: string;
  readonly connections: number;
  /** Calls of each connection on their way at the same time. */
  readonly inFlight: number;
  readonly calls: number;
}

function plans(quick: boolean): readonly Plan[] {
  const times = quick ? 0.01 : 1;
  return [
    { title: "one at a time", connections: 1, inFlight: 1, calls: 5_000 * times },
    { title: "8 connections, 4 each", connections: 8, inFlight: 4, calls: 50_000 * times },
    { title: "one connection, 1 000 at once", connections: 1, inFlight: 1_000, calls: 50_000 * times },
  ];
}

function openMany(count: number, open: () => Promise<RpcLine>): Promise<RpcLine[]> {
  return Promise.all(Array.from({ length: count }, open));
}

async function measure(lines: readonly RpcLine[], plan: Plan): Promise<string[]> {
  for (let warmup = 0; warmup < plan.calls / 10; warmup += 1) await lines[0]?.call(warmup);
  const times = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60e6, numberOfSignificantValueDigits: 3 });
  const beganUs = monotonicUs();
  let left = plan.calls;
  const callOn = async (line: RpcLine) => {
    while (left-- > 0) await time(line, left, times);
  };
  await Promise.all(lines.flatMap((line) => Array.from({ length: plan.inFlight }, () => callOn(line))));
  const seconds = (monotonicUs() - beganUs) / 1e6;
  for (const line of lines) line.close();
  const ms = (percentile: number) => formatFigure.milliseconds(times.getValueAtPercentile(percentile) / 1_000);
  return [ms(50), ms(99), Math.round(times.totalCount / seconds).toLocaleString("en")];
}

async function time(line: RpcLine, number: number, times: Histogram): Promise<void> {
  const beganUs = monotonicUs();
  await line.call({ number });
  times.recordValue(Math.max(1, monotonicUs() - beganUs));
}
