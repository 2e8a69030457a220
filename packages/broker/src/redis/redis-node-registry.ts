import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { NodeDescription, NodeRegistry } from "../node-registry.ts";
import { connectRedis } from "./connect-redis.ts";
import { nodeKeys } from "./keys.ts";
import { listNodesScript } from "./scripts/list-nodes.ts";
import { renewNodeScript } from "./scripts/renew-node.ts";

const renewEveryMs = 3_000;
const leaseMs = 10_000;

/** A connection of its own, so that a node busy publishing still renews in time. */
export async function createRedisNodeRegistry(options: {
  redis: Settings["redis"];
  logger: Logger;
}): Promise<NodeRegistry> {
  const client = await connectRedis({ ...options, role: "registry" });
  const keys = nodeKeys(options.redis.prefix);
  let timer: NodeJS.Timeout | undefined;
  let describe: (() => NodeDescription) | undefined;

  async function renew(): Promise<void> {
    if (describe === undefined) return;
    const description = describe();
    const args = { uid: description.uid, description: JSON.stringify(description), leaseMs };
    await renewNodeScript.run(client, { keys, args });
  }

  return {
    async start(source) {
      describe = source;
      await renew();
      timer = setInterval(() => {
        renew().catch((error: unknown) => options.logger.warn({ err: error }, "node lease not renewed"));
      }, renewEveryMs);
    },
    async list() {
      const descriptions = await listNodesScript.run(client, { keys, args: {} });
      return descriptions.map((text) => JSON.parse(text) as NodeDescription);
    },
    async close() {
      clearInterval(timer);
      const uid = describe?.().uid;
      // Best effort: a node that cannot say goodbye is swept when its lease runs out.
      if (uid !== undefined)
        await client
          .multi()
          .zrem(keys.expiry, uid)
          .hdel(keys.descriptions, uid)
          .exec()
          .catch(() => undefined);
      client.disconnect();
    },
  };
}
