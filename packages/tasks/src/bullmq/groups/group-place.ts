import type { Redis } from "ioredis";
import type { ScriptPlace } from "../../redis/define-script.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import { groupConstants } from "./group-backend.ts";
import { readStockScripts } from "./stock-scripts.ts";
import { groupPrelude } from "./wrap-script.ts";

/** Where the scripts of {@link groupScripts} run. `prelude`: see `recordPrelude`. */
export function groupPlace(redis: Redis, keys: TaskKeys, prelude: string): ScriptPlace {
  const queueKey = `${keys.queuePrefix}:${keys.queueName}:`;
  const constants = groupConstants(queueKey) + prelude;
  return {
    redis,
    prelude: groupPrelude(constants, readStockScripts(), ["removeJob", "reprocessJob"]),
    slotKey: queueKey,
  };
}
