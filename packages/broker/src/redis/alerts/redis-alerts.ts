import { randomUUID } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { type AlertStore, turnMs } from "../../alert-store.ts";
import { answered } from "../answered.ts";
import { alertKeys } from "../keys.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { keepAlertsScript, leaveTurnScript, takeTurnScript } from "./alert-scripts.ts";

/** Written again with every change; alerts that nobody has looked at for a month are told anew. */
const stateMs = 30 * 86_400_000;

/** @throws StartupError when Redis cannot be used now. */
export async function createRedisAlerts(options: {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}): Promise<AlertStore> {
  const keys = alertKeys(options.redis.prefix);
  const client = await openConnection({ ...options, role: "alerts" });
  const holder = randomUUID();
  return {
    take: () => answered(takeTurnScript.run(client, { keys, args: { holder, turnMs } })),
    keep: (text) => answered(keepAlertsScript.run(client, { keys, args: { holder, text, turnMs, stateMs } })),
    read: () => answered(client.get(keys.state)),
    leave: () => answered(leaveTurnScript.run(client, { keys, args: { holder } })),
    close: () => closeConnection(client),
  };
}
