import type { TaskKeys } from "../../redis/task-keys.ts";
import { listedMax } from "../../bulk/bulk-acts.ts";
import { defineScript, type ScriptPlace } from "../../redis/define-script.ts";

const file = (name: string) => new URL(`./${name}.lua`, import.meta.url);
const keptMs = 7 * 86_400_000;

export const bulkScripts = {
  beginBulk: defineScript({
    file: file("begin-bulk"),
    args: ["name", "request", "most"],
    reply: (raw) => raw === 1,
  }),
  takeBulk: defineScript({
    goesOnWhenFull: true,
    file: file("take-bulk"),
    args: ["holder", "holdMs"],
    reply: (raw) => (raw === null ? undefined : (raw as [name: string, request: string, place: string])),
  }),
  stepBulk: defineScript({
    file: file("step-bulk"),
    args: ["name", "holder", "holdMs", "ids", "place", "isLast", "cancelChannel"],
    reply: (raw) => raw as [verdict: "running" | "over" | "lost", done: number],
  }),
  abortBulk: defineScript({ goesOnWhenFull: true, file: file("abort-bulk"), args: ["name"], reply: () => undefined }),
};

/** Where they run: among the scripts of groups, whose functions they call. */
export function bulkPlace(place: ScriptPlace, keys: TaskKeys): ScriptPlace {
  return {
    ...place,
    constants: {
      ...place.constants,
      BULK_ACT: keys.bulkActPrefix,
      BULK_RUNNING: keys.bulkActsRunning,
      BULK_NEWEST: keys.bulkActsNewest,
      BULK_KEPT_MS: String(keptMs),
      BULK_LISTED: listedMax,
    },
  };
}
