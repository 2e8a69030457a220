import { createHash } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { answered } from "./answered.ts";
import { loginKey } from "./keys.ts";
import { closeConnection, openConnection } from "./open-connection.ts";

/**
 * Logins to the dashboards, known to every api process: one that is ended is ended everywhere, and each ends by itself.
 * Redis is given a digest of the id only, so whoever reads Redis, or a backup of it, can log in with nothing found there.
 */
export interface Logins {
  /** `note` is handed back by {@link read}. */
  keep(id: string, note: string, lifeMs: number): Promise<void>;
  /** Undefined when there is no such login, or none any more. */
  read(id: string): Promise<string | undefined>;
  end(id: string): Promise<void>;
  close(): Promise<void>;
}

/** All of it throws HubError 100 when Redis does not answer. @throws StartupError when Redis cannot be used now. */
export async function createRedisLogins(options: {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}): Promise<Logins> {
  const { prefix } = options.redis;
  const client = await openConnection({ ...options, role: "logins" });
  const keyOf = (id: string) => loginKey(prefix, createHash("sha256").update(id).digest("base64url"));
  return {
    keep: async (id, note, lifeMs) => void (await answered(client.set(keyOf(id), note, "PX", lifeMs))),
    read: async (id) => (await answered(client.get(keyOf(id)))) ?? undefined,
    end: async (id) => void (await answered(client.del(keyOf(id)))),
    close: () => closeConnection(client),
  };
}
