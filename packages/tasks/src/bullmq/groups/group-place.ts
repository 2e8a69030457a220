import type { Redis } from "ioredis";
import type { ScriptPlace } from "../../redis/define-script.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import { groupConstants } from "./group-constants.ts";
import { readStockScripts } from "./stock-scripts.ts";
import { groupPrelude } from "./wrap-script.ts";

/** Where the scripts of {@link groupScripts} run. `prelude`: see `recordPrelude`. */
export function groupPlace(redis: Redis, keys: TaskKeys, prelude: string): ScriptPlace {
  const constants = groupConstants(keys);
  const parts = {
    stock: ["removeJob", "reprocessJob", "addStandardJob"],
    chunks: ["admit", "discard", "reconcile", "describe"],
  } as const;
  return {
    redis,
    constants,
    prelude: groupPrelude({ prelude, constants, stock: readStockScripts() }, parts),
    slotKey: `${keys.queuePrefix}:${keys.queueName}:meta`,
  };
}
