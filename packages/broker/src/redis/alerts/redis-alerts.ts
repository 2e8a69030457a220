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
  const client = await openConnection({ ...options, role: "alerts" });
  const holder = randomUUID();
  const keysOf = (receiver: string) => alertKeys(options.redis.prefix, receiver);
  return {
    take: (receiver) => answered(takeTurnScript.run(client, { keys: keysOf(receiver), args: { holder, turnMs } })),
    keep: (receiver, text) =>
      answered(keepAlertsScript.run(client, { keys: keysOf(receiver), args: { holder, text, turnMs, stateMs } })),
    read: (receiver) => answered(client.get(keysOf(receiver).state)),
    leave: (receiver) => answered(leaveTurnScript.run(client, { keys: keysOf(receiver), args: { holder } })),
    close: () => closeConnection(client),
  };
}
