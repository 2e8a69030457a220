import type { NodeRegistry, ProcessDescription } from "@switchyard/broker/node-registry";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import type { BullQueue } from "@switchyard/tasks/bullmq-queue";
import type { WorkerState } from "@switchyard/tasks/worker-registry";
import type { HandlerDirectory } from "../../tasks/handler-directory.ts";
import { type HubWatch, watchHub } from "./hub-watch.ts";
import { readScheduleTrouble } from "./schedule-trouble.ts";

export interface OpenHub {
  readonly settings: Pick<Settings, "redis">;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

export interface HubParts {
  readonly nodes: Pick<NodeRegistry, "list">;
  readonly handlers: HandlerDirectory;
  readonly queue: BullQueue;
}

/** What looks at the whole hub: for the pages of operators, for alerts, and for a metric, of which the latter need nobody who logs in. */
export async function openHub(options: OpenHub, { nodes, handlers, queue }: HubParts): Promise<HubWatch> {
  const { settings, logger, stack } = options;
  const { redis } = settings;
  const apis = stack.use(await createRedisNodeRegistry<ProcessDescription>({ redis, logger, kind: "apis" }));
  const hub = watchHub(
    {
      backlog: () => queue.backlog(),
      trouble: () => queue.groups.trouble(),
      gateways: () => nodes.list(),
      apis: () => apis.list(),
      workers: () => handlers.workers(),
      lastWords: (uids) => apis.leftOf<WorkerState>(uids),
      schedules: () => readScheduleTrouble(queue.schedules),
    },
    logger,
  );
  stack.defer("hub watch", () => hub.close());
  return hub;
}
