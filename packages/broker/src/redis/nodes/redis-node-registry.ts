import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { KeptSettings, NodeDescription, NodeKind, NodeRegistry } from "../../node-registry.ts";
import { openConnection } from "../open-connection.ts";
import { nodeKeys } from "../keys.ts";
import { readLastWords, sayLastWords } from "./last-words.ts";
import { NodeLease } from "./node-lease.ts";
import { keepSettings, readSettings, type SettingsKeeper } from "./settings-keeper.ts";
import { buryNodeScript, claimDeadNodeScript, listNodesScript } from "./node-scripts.ts";

const renewEveryMs = 3_000;
/** Nodes of a hub do not all look in the same millisecond, and the lease must be over when they do. */
const lookLateMs = 20;
/** A sweep takes milliseconds; after this its sweeper is taken for dead and another begins anew. */
const claimMs = 15_000;

export interface NodeRegistryOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly kind?: NodeKind;
  /** Of this process; said with its description. */
  readonly settings?: KeptSettings | undefined;
}

/** A connection of its own, so that a node busy publishing still renews in time. */
export async function createRedisNodeRegistry<Description extends { readonly uid: string } = NodeDescription>(
  options: NodeRegistryOptions,
): Promise<NodeRegistry<Description>> {
  const { redis, logger, kind, settings } = options;
  const client = await openConnection({ redis, logger, role: "registry" });
  const keys = nodeKeys(redis.prefix, kind);
  const { expiry, descriptions, dead } = keys;
  let timer: NodeJS.Timeout | undefined;
  let lookTimer: NodeJS.Timeout | undefined;
  let keeper: SettingsKeeper | undefined;
  let lease: NodeLease | undefined;
  let sayLast: (() => Promise<void>) | undefined;

  /** A node that has died is found when its lease runs out, and not up to an interval later. */
  function renew(isExtra = false): void {
    lease?.renew(isExtra).then(
      (nextMs) => {
        clearTimeout(lookTimer);
        if (nextMs !== undefined && nextMs < renewEveryMs)
          lookTimer = setTimeout(renew, nextMs + lookLateMs, true).unref();
      },
      (error: unknown) => logger.warn({ err: error }, "node lease not renewed"),
    );
  }

  return {
    async start(describe, events) {
      // A lease that was lost may have been lost with all of Redis' data.
      const onNewLease = () => (keeper?.keep(), events?.onNewLease());
      const onDead = () => events?.onDead();
      const describeAll = settings === undefined ? describe : () => ({ ...describe(), settings: settings.hash });
      lease = new NodeLease({ client, keys, describe: describeAll, events: { onNewLease, onDead } });
      await lease.begin();
      sayLast = () => sayLastWords(client, redis.prefix, describeAll());
      if (settings !== undefined) keeper = keepSettings({ client, prefix: redis.prefix, settings, logger });
      timer = setInterval(() => renew(), renewEveryMs);
      // Not up to an interval later: until then this node's clients do not count.
      client.on("ready", () => renew());
    },
    async announce() {
      await lease?.renew(true).catch((error: unknown) => logger.warn({ err: error }, "node lease not renewed"));
    },
    get lease() {
      return lease?.name ?? "";
    },
    async list() {
      const listed = await listNodesScript.run(client, { keys: { expiry, descriptions }, args: {} });
      return listed.map((text) => JSON.parse(text) as Description);
    },
    leftOf: (uids) => readLastWords(client, redis.prefix, uids),
    settingsOf: (hashes) => readSettings(client, redis.prefix, hashes),
    claimDead: () => claimDeadNodeScript.run(client, { keys, args: { claimMs } }),
    async bury({ node, claimedUntilMs }) {
      await buryNodeScript.run(client, { keys: { dead }, args: { node, claimedUntilMs } });
    },
    async close() {
      clearInterval(timer);
      clearTimeout(lookTimer);
      keeper?.close();
      // Best effort: a node that cannot say goodbye is found dead when its lease runs out. Both go out on one line, in this order, so that
      // a Redis that hangs is waited for once.
      await Promise.allSettled([sayLast?.(), lease?.end()]);
      client.disconnect();
    },
  };
}
