import type { Logger } from "@switchyard/runtime/logger";
import type { Redis } from "ioredis";
import type { KeptSettings } from "../../node-registry.ts";
import { settingsKey } from "../keys.ts";

export interface SettingsKeeper {
  /** Writes them now. Best effort: the next time comes, and without them the process is listed all the same. */
  keep(): void;
  close(): void;
}

const everyMs = 1_200_000;
const lifeSeconds = 3_600;

/** What a process was started with, under its hash: processes with the same share it, and it goes an hour after the last of them. */
export function keepSettings(options: {
  readonly client: Redis;
  readonly prefix: string;
  readonly settings: KeptSettings;
  readonly logger: Logger;
}): SettingsKeeper {
  const { client, prefix, settings, logger } = options;
  const key = settingsKey(prefix, settings.hash);
  function keep(): void {
    client
      .set(key, settings.json, "EX", lifeSeconds)
      .catch((error: unknown) => logger.debug({ err: error }, "settings not kept"));
  }
  keep();
  const timer = setInterval(keep, everyMs).unref();
  return { keep, close: () => clearInterval(timer) };
}

/** Undefined: nobody with these is there any more. */
export async function readSettings(
  client: Redis,
  prefix: string,
  hashes: readonly string[],
): Promise<readonly (string | undefined)[]> {
  if (hashes.length === 0) return [];
  const found = await client.mget(hashes.map((hash) => settingsKey(prefix, hash)));
  return found.map((text) => text ?? undefined);
}
