import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What is counted of questions to back ends. Hooks and proxies are of the settings, so labels have a bound. */
export interface HookMetrics {
  readonly durations: Histogram<"hook" | "proxy">;
  readonly answers: Counter<"hook" | "proxy" | "answer">;
  readonly failures: Counter<"hook" | "proxy" | "reason">;
  /** Is read whenever the metrics are scraped. */
  observe(observed: Observed): void;
}

export interface Observed {
  /** By name. Of several hooks that ask one entry of `proxies`, all questions are counted together, as they share its places. */
  readonly endpoints: ReadonlyMap<string, { readonly inFlight: number }>;
  /** Of each hook and endpoint. */
  readonly breakers: readonly { readonly hook: string; readonly proxy: string; readonly isOpen: () => boolean }[];
}

const labelNames = ["hook", "proxy"] as const;

export function createHookMetrics(registry: Registry): HookMetrics {
  const registers = [registry];
  let observed: Observed = { endpoints: new Map(), breakers: [] };
  const inFlight: Gauge<"proxy"> = new Gauge({
    name: "switchyard_gateway_hook_in_flight",
    help: "Questions to an endpoint that are under way.",
    labelNames: ["proxy"],
    registers,
    collect: () => observed.endpoints.forEach((endpoint, proxy) => inFlight.set({ proxy }, endpoint.inFlight)),
  });
  const isOpen: Gauge<"hook" | "proxy"> = new Gauge({
    name: "switchyard_gateway_hook_breaker_open",
    help: "1 while an endpoint is not asked by this hook because most of its questions failed lately.",
    labelNames,
    registers,
    collect: () =>
      observed.breakers.forEach(({ hook, proxy, ...breaker }) => isOpen.set({ hook, proxy }, Number(breaker.isOpen()))),
  });
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
