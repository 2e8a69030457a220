import type { LuaConstants } from "../../redis/lua-chunk.ts";
import { recordConstants } from "../../redis/record-prelude.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import { finishLength } from "./finish-batches.ts";

const reconcileEveryMs = 30_000;

/** What the scripts call the keys they need, and figures they share with us. */
export function groupConstants(keys: TaskKeys): LuaConstants {
  const queueKey = `${keys.queuePrefix}:${keys.queueName}:`;
  const constants: Record<string, string | number> = {
    ...recordConstants(keys),
    QUEUE: queueKey,
    RECONCILE_EVERY_MS: reconcileEveryMs,
    FINISH_LENGTH: finishLength,
  };
  for (const key of ["wait", "active", "prioritized", "delayed", "failed", "marker", "events", "meta"]) {
    constants[key.toUpperCase()] = queueKey + key;
  }
  for (const key of ["acts", "ready", "limited", "times", "settings", "fails", "seq", "checked"]) {
    constants[key.toUpperCase()] = `${queueKey}g:${key}`;
  }
  const perGroup = { G_QUEUE: "q", G_PLACES: "a", G_WINDOW: "r", G_DEAD: "d" };
  for (const [name, key] of Object.entries(perGroup)) constants[name] = `${queueKey}g:${key}:`;
  return constants;
}
