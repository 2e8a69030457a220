import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { type CallWorker, createCallWorker } from "@switchyard/tasks/call-worker";
import type { RecordAnnouncement } from "@switchyard/tasks/record-announcement";
import { Histogram, type Registry } from "prom-client";
import type { Catalog } from "./catalog.ts";

export interface AnswerCalls {
  readonly settings: Pick<Settings, "redis" | "tasks" | "worker">;
  readonly logger: Logger;
  readonly catalog: Catalog;
  readonly announcement: RecordAnnouncement;
  readonly registry: Registry;
}

/** What gateways ask of handlers, beside the tasks and with slots of its own, so that neither waits for the other. */
export async function answerCalls({
  settings,
  logger,
  catalog,
  announcement,
  registry,
}: AnswerCalls): Promise<CallWorker> {
  const seconds = new Histogram({
    name: "switchyard_call_run_seconds",
    help: "Time a call took in its handler, by handler and by what it was answered with; `late`: nobody waited any more.",
    labelNames: ["handler", "outcome"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return createCallWorker({
    redis: settings.redis,
    logger: logger.child({ role: "call worker" }),
    settings: settings.tasks,
    concurrency: settings.worker.call_concurrency,
    announcement,
    handlers: catalog.names,
    run: catalog.run,
    // A name that is not in the catalog is text from elsewhere and no label.
    onEnded: ({ handler, outcome, tookMs }) =>
      seconds.observe({ handler: catalog.names.has(handler) ? handler : "unknown", outcome }, tookMs / 1_000),
  });
}
