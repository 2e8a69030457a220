import { readChunk } from "../../redis/lua-chunk.ts";
import type { StockScript, StockScripts } from "./stock-scripts.ts";

const chunkNames = [
  "index",
  "ingest",
  "select",
  "fetch",
  "ending",
  "redrive",
  "cancel",
  "admit",
  "reconcile",
  "describe",
] as const;

/**
 * The Lua that stands before every script of ours: constants and records (`prelude`), the stock scripts it calls, and the
 * pieces of the group index. A stock script becomes a function whose parameters hide the script's own KEYS and ARGV, so it
 * can be called with others, more than once, and at any place.
 */
export function groupPrelude(prelude: string, stock: StockScripts, stockNames: readonly string[]): string {
  const functions = stockNames.map((name) => stockFunction(stock.get(name))).join("\n");
  const chunks = chunkNames.map((name) => readChunk(new URL(`./chunks/${name}.lua`, import.meta.url))).join("\n");
  return `${prelude}\nlocal stock = {}\n${functions}\n${chunks}\n`;
}

function stockFunction({ name, content }: StockScript): string {
  return `stock.${name} = function(KEYS, ARGV)\n${content}\nend`;
}

/**
 * The stock scripts BullMQ's classes call that are replaced, and the other stock scripts each replacement needs. Everything
 * that can move a task into or out of `wait`, `prioritized`, `active` or `delayed` is here, or leaves what `ingest.lua` and
 * `reconcile.lua` pick up: adding flows and schedules, cleaning, and removing orphans.
 */
export const wrappedScripts = {
  addStandardJob: { file: "add-standard-job", needs: ["removeJob"] },
  addPrioritizedJob: { file: "add-prioritized-job", needs: ["removeJob"] },
  addDelayedJob: { file: "add-delayed-job", needs: ["removeJob"] },
  moveToActive: { file: "move-to-active", needs: [] },
  moveToFinished: { file: "move-to-finished", needs: ["moveToActive"] },
  moveToDelayed: { file: "move-to-delayed", needs: ["moveToActive"] },
  retryJob: { file: "retry-job", needs: [] },
  moveJobFromActiveToWait: { file: "move-job-from-active-to-wait", needs: [] },
  moveStalledJobsToWait: { file: "move-stalled-jobs-to-wait", needs: [] },
  removeJob: { file: "remove-job", needs: [] },
  drain: { file: "drain", needs: [] },
  obliterate: { file: "obliterate", needs: [] },
  promote: { file: "promote", needs: [] },
  changePriority: { file: "change-priority", needs: [] },
  reprocessJob: { file: "reprocess-job", needs: [] },
  moveJobsToWait: { file: "move-jobs-to-wait", needs: [] },
} as const satisfies Record<string, { file: string; needs: readonly string[] }>;

export type WrappedName = keyof typeof wrappedScripts;

/** The replacement of one stock script, in memory. */
export function wrapScript(name: WrappedName, prelude: string, stock: StockScripts): string {
  const { file, needs } = wrappedScripts[name];
  const body = readChunk(new URL(`./wrapped/${file}.lua`, import.meta.url));
  return groupPrelude(prelude, stock, [name, ...needs]) + body;
}
