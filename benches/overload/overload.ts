import type { Bench, BenchContext } from "../bench.ts";
import { fullPlan, quickPlan, type RampPlan } from "../fan-out/plan.ts";
import { findPlateau } from "../fan-out/scenarios.ts";
import { benchChannel, openStage, type Measurement } from "../fan-out/stage.ts";
import type { NeighbourCalls } from "../machine/busy-neighbour-process.ts";
import { lowerPriority } from "../machine/lower-priority.ts";
import { serverCore } from "../machine/pin-process.ts";
import { startWorker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import type { BenchServer } from "../servers/bench-server.ts";
import { formatOverload } from "./format-overload.ts";

export interface OverloadPlan extends RampPlan {
  readonly clients: number;
  readonly rounds: number;
  /** Of its plateau. */
  readonly factors: readonly number[];
  readonly windowMs: number;
}

/** One server in one round: its plateau, and what it delivers when multiples of that are offered. */
export interface OverloadFigures {
  readonly server: string;
  readonly title: string;
  readonly plateau: Measurement;
  readonly offered: readonly { readonly factor: number; readonly measurement: Measurement }[];
}

const factors = [1, 2, 3];
const fullOverloadPlan: OverloadPlan = { ...fullPlan, rounds: 1, factors, windowMs: 5_000 };
const quickOverloadPlan: OverloadPlan = { ...quickPlan, rounds: 1, factors, windowMs: 500 };

/**
 * Does a server deliver less when more is offered than it can take?
 *
 * On two cores a server that shares batches is faster than clients, publisher and Redis on the other core, and what falls
 * then is what *they* can take. So the server gets a quarter of its core: it runs beside a process that never rests, at a
 * priority that is worth a quarter. The scheduler divides by fractions of milliseconds, and the other core has time to
 * spare, which the report shows.
 */
export const overload: Bench = {
  name: "overload",
  question: "Does a server with a quarter of a core deliver less when more is offered than it can take?",
  minutes: 2,
  async run(context) {
    const plan = context.quick ? quickOverloadPlan : fullOverloadPlan;
    const { rounds = plan.rounds, servers } = context.options;
    const figures: OverloadFigures[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (const server of servers) {
        figures.push(await measureServer(server, plan, context));
        context.say(`round ${round}, ${server.title}: ${describe(figures.at(-1))}`);
      }
    }
    return { markdown: formatOverload(figures), figures: { plan, figures } };
  },
};

async function measureServer(server: BenchServer, plan: OverloadPlan, context: BenchContext): Promise<OverloadFigures> {
  const { redis, options } = context;
  const clients = options.clients ?? plan.clients;
  const neighbour = await startWorker<NeighbourCalls>({
    module: workerModule("machine/busy-neighbour-process"),
    core: serverCore,
  });
  const { nodeOptions } = options;
  const stage = await openStage({ server, redis, clients, nodeOptions, neighbourPid: neighbour.pid });
  try {
    await lowerPriority(stage.serverPid);
    const plateau = await findPlateau(stage, plan);
    const offered: { factor: number; measurement: Measurement }[] = [];
    for (const factor of plan.factors) {
      const measurement = await stage.measure({
        channel: benchChannel,
        ratePerSec: (plateau.deliveredPerSec * factor) / clients,
        warmupMs: plan.warmupMs,
        windowMs: plan.windowMs,
      });
      offered.push({ factor, measurement });
    }
    return { server: server.name, title: server.title, plateau, offered };
  } finally {
    await stage.close();
    await neighbour.close();
  }
}

function describe(figures: OverloadFigures | undefined): string {
  const rates = figures?.offered.map(({ factor, measurement }) => {
    return `${Math.round(measurement.deliveredPerSec).toLocaleString("en")}/s at ${factor} ×`;
  });
  return rates?.join(", ") ?? "";
}
