import { keepWritten } from "@switchyard/redis/keep-written";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import type { Redis } from "ioredis";
import type { TaskKeys } from "../../redis/task-keys.ts";
import { fileGroupSettings } from "./file-group-settings.ts";
import { type KeepShares, keepShares, type KeptShares } from "./keep-shares.ts";
import { applyFileSettings } from "./task-groups.ts";

export interface KeepSettings extends Pick<KeepShares, "place" | "handlers" | "listWorkers"> {
  readonly connection: Redis;
  readonly keys: TaskKeys;
  readonly groups?: Settings["groups"];
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

/** What the settings say of groups and of handlers' shares, in Redis: written now, and again after each loss of its data. */
export async function keepSettings(options: KeepSettings): Promise<KeptShares> {
  const { place, handlers, listWorkers, connection, keys, logger, stack } = options;
  const settings = fileGroupSettings(options.groups ?? {});
  const shares = stack.use(keepShares({ place, handlers, listWorkers, logger }));
  const write = async () => {
    await applyFileSettings(place, settings);
    await shares.write();
  };
  stack.defer("group settings", await keepWritten({ redis: connection, mark: keys.mark, write, logger }));
  return shares;
}
