import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { KeptSettings, NodeKind, NodeRegistry } from "../../node-registry.ts";
import { createRedisNodeRegistry } from "./redis-node-registry.ts";

export interface RegisteredProcess<Description> {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly kind: Exclude<NodeKind, "nodes">;
  /** What it was started with. */
  readonly settings?: KeptSettings | undefined;
  /** Asked at each renewal. */
  readonly describe: () => Description;
}

/**
 * Puts a process on the list of its kind for as long as it lives, and takes dead ones off it. For those that leave nothing
 * else behind: what gateways write about their clients is swept by gateways.
 */
export async function registerProcess<Description extends { readonly uid: string }>(
  options: RegisteredProcess<Description>,
): Promise<Pick<NodeRegistry<Description>, "announce" | "close" | "list">> {
  const registry = await createRedisNodeRegistry<Description>(options);
  await registry.start(options.describe, {
    onNewLease: () => undefined,
    onDead: () => void buryDead(registry, options),
  });
  return registry;
}

async function buryDead(
  registry: Pick<NodeRegistry, "claimDead" | "bury">,
  { kind, logger }: Pick<RegisteredProcess<unknown>, "kind" | "logger">,
): Promise<void> {
  try {
    for (let dead = await registry.claimDead(); dead !== undefined; dead = await registry.claimDead()) {
      await registry.bury(dead);
      logger.info({ kind, uid: dead.node }, "dead process taken off the list");
    }
  } catch (error) {
    logger.warn({ err: error, kind }, "dead processes not taken off the list");
  }
}
