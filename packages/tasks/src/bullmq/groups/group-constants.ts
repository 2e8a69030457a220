import { reservedTaskIds, taskIdMaxBytes } from "@switchyard/protocol/task-id";
import type { LuaConstants } from "../../redis/lua-chunk.ts";
import { recordConstants } from "../../redis/record-prelude.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import { finishLength } from "./finish-batches.ts";

export const reconcileEveryMs = 30_000;
/**
 * How long an index that was found whole is relied on by workers that start: a look through the whole queue costs Redis two commands
 * for each waiting task, and a hundred workers that are started at once need not do it a hundred times.
 */
const indexTrustedMs = 86_400_000;
const indexClaimMs = 30_000;
/** Of one group. At 2 KB for each that is 20 MB for a group that fails all of its tasks. */
export const deadLettersMax = 10_000;

/** Keys of which each group or handler has one. */
const perGroup = {
  G_QUEUE: "q",
  G_PLACES: "a",
  G_WINDOW: "r",
  G_DEAD: "d",
  G_SHARE: "h",
  G_LACK: "lack",
  G_ASIDE: "aside",
  G_PARKED: "parked",
  G_RESUMED: "resumed",
};

/** What the scripts call the keys they need, and figures they share with us. */
export function groupConstants(keys: TaskKeys): LuaConstants {
  const queueKey = `${keys.queuePrefix}:${keys.queueName}:`;
  const constants: Record<string, string | number> = {
    ...recordConstants(keys),
    QUEUE: queueKey,
    // Not made from any task.
    SHARE_KEEPER: `${queueKey}share-keeper`,
    PACES: `${queueKey}paces`,
    // Its number grows with what the index is made of, so that what an older version has left is looked through once.
    WHOLE: `${queueKey}g:whole:2`,
    NOTHING_DELAYED: `${queueKey}g:none`,
    RECONCILE_EVERY_MS: reconcileEveryMs,
    INDEX_TRUSTED_MS: indexTrustedMs,
    INDEX_CLAIM_MS: indexClaimMs,
    DEAD_MAX: deadLettersMax,
    FINISH_LENGTH: finishLength,
    RESERVED_IDS: ` ${reservedTaskIds.join(" ")} `,
    ID_MAX_BYTES: taskIdMaxBytes,
  };
  for (const key of [
    "wait",
    "active",
    "prioritized",
    "delayed",
    "completed",
    "failed",
    "stalled",
    "marker",
    "events",
    "meta",
  ]) {
    constants[key.toUpperCase()] = queueKey + key;
  }
  for (const key of [
    "acts",
    "ready",
    "limited",
    "times",
    "settings",
    "pauses",
    "fails",
    "seq",
    "checked",
    "shares",
    "shared",
    "lacks",
    "dead",
    "probe",
  ]) {
    constants[key.toUpperCase()] = `${queueKey}g:${key}`;
  }
  for (const [name, key] of Object.entries(perGroup)) constants[name] = `${queueKey}g:${key}:`;
  return constants;
}
