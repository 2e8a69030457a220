import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What is counted of questions to back ends. Hooks and proxies are of the settings, so labels have a bound. */
export interface HookMetrics {
  readonly durations: Histogram<"hook" | "proxy">;
  readonly answers: Counter<"hook" | "proxy" | "answer">;
  readonly failures: Counter<"hook" | "proxy" | "reason">;
  /** Reads both whenever the metrics are scraped. */
  observe(endpoints: Observed): void;
}

export type Observed = ReadonlyMap<string, { readonly inFlight: number; readonly isOpen: boolean }>;

const labelNames = ["hook", "proxy"] as const;

export function createHookMetrics(registry: Registry): HookMetrics {
  const registers = [registry];
  let observed: Observed = new Map();
  const gauge = (name: string, help: string, read: (endpoint: { inFlight: number; isOpen: boolean }) => number) => {
    const made: Gauge<"proxy"> = new Gauge({
      name: `switchyard_gateway_${name}`,
      help,
      labelNames: ["proxy"],
      registers,
      collect: () => observed.forEach((endpoint, proxy) => made.set({ proxy }, read(endpoint))),
    });
  };
  gauge("hook_in_flight", "Questions to an endpoint that are under way.", ({ inFlight }) => inFlight);
  gauge("hook_breaker_open", "1 while an endpoint is not asked because most questions failed lately.", ({ isOpen }) =>
    Number(isOpen),
  );
  return {
    durations: new Histogram({
      name: "switchyard_gateway_hook_duration_seconds",
      help: "Time from a question to a back end to its answer or its deadline.",
      labelNames,
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    answers: new Counter({
      name: "switchyard_gateway_hook_answers_total",
      help: "Questions to back ends by what they came to: `result`, `nobody`, `error`, `disconnect` or `failed`.",
      labelNames: [...labelNames, "answer"],
      registers,
    }),
    failures: new Counter({
      name: "switchyard_gateway_hook_failures_total",
      help: "Questions that had no answer, by reason.",
      labelNames: [...labelNames, "reason"],
      registers,
    }),
    observe: (endpoints) => void (observed = endpoints),
  };
}
