import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { answered } from "./answered.ts";
import { consoleKey } from "./keys.ts";
import { closeConnection, openConnection } from "./open-connection.ts";

/**
 * What the operators' console of each version is made of, packed, by the hash of all of it. While apis are replaced one by one a browser
 * asks any of them for the files of the page that it has, so each of them serves those of the others.
 */
export interface ConsoleStore {
  /** For a week. */
  keep(hash: string, packed: Buffer): Promise<void>;
  /** Undefined: nobody has served this version within a week. */
  read(hash: string): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

const keptSeconds = 7 * 86_400;

/** @throws StartupError when Redis cannot be used now. */
export async function createRedisConsoleStore(options: {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}): Promise<ConsoleStore> {
  const { prefix } = options.redis;
  const client = await openConnection({ ...options, role: "console" });
  return {
    async keep(hash, packed) {
      await answered(client.set(consoleKey(prefix, hash), packed, "EX", keptSeconds));
    },
    read: async (hash) => (await answered(client.getBuffer(consoleKey(prefix, hash)))) ?? undefined,
    close: () => closeConnection(client),
  };
}
