import type { Bench } from "../bench.ts";
import { formatFanOut } from "./format-fan-out.ts";
import { runFanOut } from "./fan-out.ts";
import { fullPlan, quickPlan } from "./plan.ts";

export const fanOut: Bench = {
  name: "fan-out",
  question: "How many deliveries a second does one channel with a thousand subscribers get, and how old are they?",
  minutes: 4.5,
  async run({ redis, quick, options, say }) {
    const plan = quick ? quickPlan : fullPlan;
    const { rounds = plan.rounds, clients = plan.clients, servers, nodeOptions } = options;
    const { deliveries: steadyDeliveriesPerSec = plan.steadyDeliveriesPerSec } = options;
    const chosen = { ...plan, rounds, clients, steadyDeliveriesPerSec };
    const figures = await runFanOut({ plan: chosen, servers, redis, nodeOptions, say });
    return { markdown: formatFanOut(figures, servers), figures };
  },
};
