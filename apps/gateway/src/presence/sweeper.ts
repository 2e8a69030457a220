import type { ChannelName } from "@switchyard/broker/channel-name";
import type { NodeRegistry } from "@switchyard/broker/node-registry";
import type { Presence, PresenceChange } from "@switchyard/broker/presence";
import type { Logger } from "@switchyard/runtime/logger";

export interface SweeperOptions {
  readonly registry: Pick<NodeRegistry, "claimDead" | "bury">;
  readonly presence: Pick<Presence, "indexOf" | "remove">;
  readonly onChange: (channel: ChannelName, change: PresenceChange) => void;
  /** What else a dead node has left, by who takes it out. */
  readonly indexes?: readonly { sweep(lease: string): Promise<void> }[];
  readonly logger: Pick<Logger, "info" | "warn">;
}

/** Removes what dead nodes have left behind, telling of it as if they had done it themselves. */
export class Sweeper {
  readonly #options: SweeperOptions;
  #isSweeping = false;
  #swept = 0;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Entries removed since the start. */
  get swept(): number {
    return this.#swept;
  }

  /** Sweeps every node that is dead and not another's to sweep. What fails is left to whoever claims the node next. */
  async sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    const { registry, logger } = this.#options;
    try {
      for (let dead = await registry.claimDead(); dead !== undefined; dead = await registry.claimDead()) {
        const entries = await this.#sweepNode(dead.node);
        await registry.bury(dead);
        logger.info({ node: dead.node, entries }, "dead node swept");
      }
    } catch (error) {
      logger.warn({ err: error }, "sweep failed");
    } finally {
      this.#isSweeping = false;
    }
  }

  async #sweepNode(node: string): Promise<number> {
    const { presence, onChange, indexes = [] } = this.#options;
    await Promise.all(indexes.map((index) => index.sweep(node)));
    let entries = 0;
    for await (const batch of presence.indexOf(node)) {
      const removed = batch.map(async (member) => {
        onChange(member.channel, await presence.remove(node, member, { onlyIfOf: true }));
      });
      await Promise.all(removed);
      entries += batch.length;
      this.#swept += batch.length;
    }
    return entries;
  }
}
