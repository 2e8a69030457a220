import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { HandlerDescription, WorkerDescription } from "@switchyard/broker/node-registry";
import { registerProcess } from "@switchyard/broker/register-process";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import manifest from "../package.json" with { type: "json" };

export interface RegisterWorkerOptions {
  readonly settings: Pick<Settings, "redis" | "handlers">;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
  readonly port: number;
}

/** The queue of BullMQ every worker takes from today. */
const queue = "tasks";

/**
 * Says what this worker can run for as long as it lives, so that a task nobody can run is refused where it is enqueued. The
 * lease is renewed every 3 s and runs out after 10 s, and after a loss of Redis' data the next renewal writes it again.
 */
export async function registerWorker({ settings, logger, stack, port }: RegisterWorkerOptions): Promise<void> {
  const description: WorkerDescription = {
    uid: randomUUID(),
    name: `${hostname()}:${port}`,
    version: manifest.version,
    queue,
    handlers: Object.entries(settings.handlers).map(([name, { kind, version }]): HandlerDescription => ({
      name,
      kind,
      ...(version !== undefined && { version }),
    })),
  };
  stack.use(await registerProcess({ redis: settings.redis, logger, kind: "workers", description }));
}
