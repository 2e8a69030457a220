import { setTimeout as wait } from "node:timers/promises";
import type { DialectName } from "../load/dialect.ts";
import type { LoadCalls } from "../load/load-process.ts";
import { readCpuTimes } from "../machine/cpu-times.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import type { BlastCalls } from "../servers/blast-process.ts";
import type { FanOutPlan } from "./plan.ts";

/** What the clients can count at most, by how the messages are packed. */
export interface Ceiling {
  readonly shape: string;
  readonly countedPerSec: number;
  readonly mebibytesPerSec: number;
  /** Shares of a core: when the blast server is at 1 and the clients are not, even this is not the clients' limit. */
  readonly cpu: { readonly server: number; readonly clients: number };
}

const shapes: readonly { shape: string; dialect: DialectName; linesPerFrame: number; framesPerWrite: number }[] = [
  { shape: "1 frame of 1 message per write", dialect: "plain", linesPerFrame: 1, framesPerWrite: 1 },
  { shape: "16 frames of 1 message per write", dialect: "plain", linesPerFrame: 1, framesPerWrite: 16 },
  { shape: "1 frame of 16 messages per write", dialect: "bareLines", linesPerFrame: 16, framesPerWrite: 1 },
  { shape: "1 frame of 128 messages per write", dialect: "bareLines", linesPerFrame: 128, framesPerWrite: 1 },
];

export async function measureCeilings(plan: FanOutPlan): Promise<Ceiling[]> {
  const ceilings: Ceiling[] = [];
  for (const shape of shapes) ceilings.push(await measureCeiling(shape, plan));
  return ceilings;
}

async function measureCeiling(
  { shape, dialect, ...packing }: (typeof shapes)[number],
  plan: FanOutPlan,
): Promise<Ceiling> {
  const blast = await startWorker<BlastCalls>({ module: workerModule("servers/blast-process"), core: serverCore });
  const load = await startWorker<LoadCalls>({ module: workerModule("load/load-process"), core: loadCore });
  const pids = { server: blast.pid, clients: load.pid };
  const { port } = await blast.call("listen", packing);
  await load.call("connect", { count: plan.clients, port, channel: "bench", dialect });
  await blast.call("start");
  await wait(plan.warmupMs);
  await load.call("reset", { sampleEvery: 53 });
  const before = await readCpuTimes(pids);
  await wait(plan.ceilingMs);
  const [reading, after] = [await load.call("read"), await readCpuTimes(pids)];
  await load.close();
  await blast.close();
  const perSec = (count: number) => (count / reading.elapsedMs) * 1000;
  const share = (name: string) => ((after.processes[name] ?? 0) - (before.processes[name] ?? 0)) / reading.elapsedMs;
  return {
    shape,
    countedPerSec: perSec(reading.deliveries),
    mebibytesPerSec: perSec(reading.bytes) / 2 ** 20,
    cpu: { server: share("server"), clients: share("clients") },
  };
}
