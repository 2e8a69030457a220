import type { OnSettled, RunAttempt } from "@switchyard/tasks/task-worker";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Catalog } from "./catalog.ts";
import { createEventMetrics, type EventMetrics } from "./events/event-metrics.ts";

/** What an operator asks of a worker. No label holds a task, a group or a user: their number has no bound. */
export interface WorkerMetrics extends EventMetrics {
  readonly registry: Registry;
  readonly attemptSeconds: Histogram<"handler" | "outcome">;
  readonly endToEndSeconds: Histogram<"handler">;
  readonly attempts: Histogram<"status">;
  readonly dead: Counter<"reason">;
  readonly deadDropped: Counter;
  readonly active: Gauge;
  readonly lastStart: Gauge;
}

const secondsBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

export function createWorkerMetrics(concurrency: number): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({ name: "switchyard_worker_concurrency", help: "Attempts this worker may run.", registers }).set(
    concurrency,
  );
  return {
    registry,
    attemptSeconds: new Histogram({
      name: "switchyard_task_duration_seconds",
      help: "Time an attempt took in its handler, by handler and by what it came to.",
      labelNames: ["handler", "outcome"],
      buckets: secondsBuckets,
      registers,
    }),
    endToEndSeconds: new Histogram({
      name: "switchyard_task_e2e_seconds",
      help: "Time from enqueueing to success, retries and a delay that was asked for included.",
      labelNames: ["handler"],
      buckets: secondsBuckets,
      registers,
    }),
    attempts: new Histogram({
      name: "switchyard_task_attempts",
      help: "Attempts a task had when it was settled.",
      labelNames: ["status"],
      buckets: [1, 2, 3, 5, 10, 20, 100],
      registers,
    }),
    dead: new Counter({
      name: "switchyard_tasks_dead_total",
      help: "Tasks failed for good, by reason.",
      labelNames: ["reason"],
      registers,
    }),
    deadDropped: new Counter({
      name: "switchyard_dead_letters_dropped_total",
      help: "Dead letters that gave way to newer ones, because their group has more than are kept.",
      registers,
    }),
    ...createEventMetrics(registers),
    active: new Gauge({ name: "switchyard_worker_active", help: "Attempts running now.", registers }),
    lastStart: new Gauge({
      name: "switchyard_worker_last_fetch_timestamp_seconds",
      help: "When this worker last began an attempt; 0 before the first.",
      aggregator: "max",
      registers,
    }),
  };
}

/** Times every attempt. */
export function observeRuns(metrics: WorkerMetrics, { names, run }: Catalog): RunAttempt {
  return async (attempt) => {
    // A name that is not in the catalog is a producer's text and no label.
    const handler = names.has(attempt.task.handler) ? attempt.task.handler : "unknown";
    const stop = metrics.attemptSeconds.startTimer({ handler });
    metrics.active.inc();
    metrics.lastStart.setToCurrentTime();
    try {
      const outcome = await run(attempt);
      stop({ outcome: attempt.signal.aborted ? "aborted" : outcome.kind });
      return outcome;
    } finally {
      metrics.active.dec();
    }
  };
}

/** Counts what became of tasks. */
export function observeSettled(metrics: WorkerMetrics): OnSettled {
  return ({ status, handler, attempt, tookMs, error }) => {
    metrics.attempts.observe({ status }, attempt);
    if (status === "failed") metrics.dead.inc({ reason: error?.code ?? "unknown" });
    else metrics.endToEndSeconds.observe({ handler }, tookMs / 1_000);
  };
}
