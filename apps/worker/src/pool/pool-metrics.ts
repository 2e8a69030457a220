import { AggregatorRegistry, Counter, Gauge, Registry } from "prom-client";
import type { MetricsJson } from "./pool-message.ts";
import type { SupervisedProcess } from "./process-supervisor.ts";

export interface PoolMetrics {
  readonly processes: Gauge<"state">;
  readonly need: Gauge;
  readonly decisions: Counter<"reason">;
  readonly deaths: Counter;
  /** Of a process that is gone: what it has counted stays counted. */
  keep(process: Pick<SupervisedProcess, "metrics">): void;
  readonly contentType: Registry["contentType"];
  /** Everything, as text. */
  metrics(): Promise<string>;
}

/**
 * One endpoint for a pool: what its processes count is added up, so the series of a pool are those of a worker and a few of its own,
 * however many processes it has. A counter must not go back when a process ends, or every rate would jump: what the gone ones
 * have counted is kept, and one that does not answer counts as it last did.
 */
export function createPoolMetrics(processes: () => Iterable<Pick<SupervisedProcess, "ask" | "metrics">>): PoolMetrics {
  const own = new Registry();
  const registers = [own];
  let gone: Promise<MetricsJson> = Promise.resolve([]);
  return {
    processes: new Gauge({
      name: "switchyard_pool_processes",
      help: "Processes of the pool, by state: starting, ready, silent (it answers nothing) or retiring; `wanted` is how many it means to have.",
      labelNames: ["state"],
      registers,
    }),
    need: new Gauge({
      name: "switchyard_pool_need",
      help: "Processes the work would need, whatever the bounds.",
      registers,
    }),
    decisions: new Counter({
      name: "switchyard_pool_decisions_total",
      help: "What the pool has decided, by reason; see docs/how-to/scale-workers.md.",
      labelNames: ["reason"],
      registers,
    }),
    deaths: new Counter({
      name: "switchyard_pool_deaths_total",
      help: "Processes of the pool that ended unasked.",
      registers,
    }),
    keep({ metrics = [] }) {
      const counted = metrics.filter(({ type }) => type === "counter" || type === "histogram");
      gone = gone.then(async (before) => (await addUp([before, counted]).getMetricsAsJSON()) as MetricsJson);
    },
    contentType: own.contentType,
    async metrics() {
      const living = await Promise.all(
        Array.from(processes(), async (process) => (await process.ask("metrics")) ?? process.metrics ?? []),
      );
      const ofPool = (await own.getMetricsAsJSON()) as MetricsJson;
      return addUp([...living, await gone, ofPool]).metrics();
    },
  };
}

function addUp(parts: readonly MetricsJson[]): Registry {
  return AggregatorRegistry.aggregate(parts.map((part) => [...part]));
}
