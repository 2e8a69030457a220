import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { HandlerDescription, NodeRegistry, WorkerDescription } from "@switchyard/broker/node-registry";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
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
  const registry: NodeRegistry<WorkerDescription> = stack.use(
    await createRedisNodeRegistry<WorkerDescription>({ redis: settings.redis, logger, kind: "workers" }),
  );
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
  await registry.start(() => description, {
    onNewLease: () => undefined,
    onDead: () => void buryDead(registry, logger),
  });
}

/** A dead worker leaves nothing behind but its entry; its tasks are found by their locks. */
async function buryDead(registry: Pick<NodeRegistry, "claimDead" | "bury">, logger: Logger): Promise<void> {
  try {
    for (let dead = await registry.claimDead(); dead !== undefined; dead = await registry.claimDead()) {
      await registry.bury(dead);
      logger.info({ worker: dead.node }, "dead worker taken off the list");
    }
  } catch (error) {
    logger.warn({ err: error }, "dead workers not taken off the list");
  }
}
