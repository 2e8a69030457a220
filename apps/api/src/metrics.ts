import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";

/** What an operator asks of an api process. No label holds a channel, a user or a task: their number has no bound. */
export interface ApiMetrics {
  readonly registry: Registry;
  readonly requests: Counter<"route" | "method" | "status">;
  readonly requestSeconds: Histogram<"route">;
  /** `result` is `published`, `duplicate`, `suppressed`, or the number of the error. */
  readonly publishes: Counter<"result">;
  /** `result` is `accepted` or `duplicate`; refusals are in `requests` by status. */
  readonly enqueues: Counter<"result">;
  /** `result` is `written`, `later` (by tasks) or `recalled`; refusals are in `requests` by status. */
  readonly notifications: Counter<"result">;
  /** Dead letters that somebody did not want to run again. */
  readonly discards: Counter;
}

export function createApiMetrics(): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Counter({
      name: "switchyard_http_requests_total",
      help: "HTTP requests answered, by route pattern, method and status.",
      labelNames: ["route", "method", "status"],
      registers,
    }),
    requestSeconds: new Histogram({
      name: "switchyard_http_request_duration_seconds",
      help: "Time from the first byte of a request to the last of its reply.",
      labelNames: ["route"],
      // Long polls last up to a minute; everything else should stay in the first half.
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 60],
      registers,
    }),
    publishes: new Counter({
      name: "switchyard_publish_total",
      help: "Publications asked for over HTTP, one per channel, by result.",
      labelNames: ["result"],
      registers,
    }),
    enqueues: new Counter({
      name: "switchyard_enqueue_total",
      help: "Tasks taken over HTTP, by result.",
      labelNames: ["result"],
      registers,
    }),
    notifications: new Counter({
      name: "switchyard_notify_total",
      help: "Notifications taken over HTTP, by result: written, later (tasks write them) or recalled.",
      labelNames: ["result"],
      registers,
    }),
    discards: new Counter({
      name: "switchyard_dead_letters_discarded_total",
      help: "Dead letters that this process has discarded because somebody asked for it.",
      registers,
    }),
  };
}
