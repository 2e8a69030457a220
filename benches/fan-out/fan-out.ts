import type { BenchServer } from "../servers/bench-server.ts";
import { measureCeilings, type Ceiling } from "./ceiling.ts";
import type { FanOutPlan } from "./plan.ts";
import { runScenarios, type FanOutFigures } from "./scenarios.ts";
import { openStage } from "./stage.ts";

export interface FanOutResult {
  readonly plan: FanOutPlan;
  readonly ceilings: readonly Ceiling[];
  /** By server name, one entry per round. */
  readonly rounds: Readonly<Record<string, readonly FanOutFigures[]>>;
}

export interface FanOutOptions {
  readonly plan: FanOutPlan;
  readonly servers: readonly BenchServer[];
  readonly redis: { readonly url: string; readonly pid: number };
  /** Options for the Node of every server under test. */
  readonly nodeOptions: readonly string[];
  /** One line per step, while the figures are not there yet. */
  readonly say: (line: string) => void;
}

/**
 * How many deliveries a second does one channel with a thousand subscribers get, and how old are they?
 *
 * Servers take turns (A B C, A B C, …), each in a fresh process, so that a machine that gets slower or busier over the
 * minutes is not held against one of them.
 */
export async function runFanOut({ plan, servers, redis, nodeOptions, say }: FanOutOptions): Promise<FanOutResult> {
  say("the clients' own ceiling …");
  const ceilings = await measureCeilings(plan);
  const rounds = Object.fromEntries(servers.map(({ name }) => [name, [] as FanOutFigures[]]));
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const server of servers) {
      const figures = await runOne(server, { plan, redis, nodeOptions });
      rounds[server.name]?.push(figures);
      const perSec = Math.round(figures.plateau.deliveredPerSec).toLocaleString("en");
      say(`round ${round} of ${plan.rounds}, ${server.title}: ${perSec} deliveries/s`);
    }
  }
  return { plan, ceilings, rounds };
}

async function runOne(
  server: BenchServer,
  { plan, ...options }: Pick<FanOutOptions, "plan" | "redis" | "nodeOptions">,
): Promise<FanOutFigures> {
  const stage = await openStage({ server, clients: plan.clients, ...options });
  try {
    return await runScenarios(stage, plan);
  } finally {
    await stage.close();
  }
}
