import { inlineLocals, type LuaConstants, readChunk } from "../../redis/lua-chunk.ts";
import { allowOom } from "../../redis/define-script.ts";
import { deferSeldom, seldom } from "../../redis/seldom-functions.ts";
import { stockFunction } from "./stock-function.ts";
import type { StockScripts } from "./stock-scripts.ts";

/**
 * The pieces of the group index, each after those it needs. A script is given what it needs and no more: the functions that
 * stand in a script are made anew each time it runs.
 */
const chunkNeeds = {
  shares: [],
  lacks: [],
  index: ["shares"],
  names: [],
  "foreign-group": ["names"],
  "dead-letters": ["index", "foreign-group"],
  ingest: ["dead-letters"],
  callback: ["ingest"],
  select: ["ingest", "lacks"],
  fetch: ["select"],
  ending: ["callback"],
  say: ["fetch"],
  usual: ["say", "ending"],
  redrive: ["ingest"],
  cancel: ["callback"],
  discard: ["redrive", "cancel"],
  admit: ["select", "cancel"],
  "share-upkeep": ["index"],
  "lack-upkeep": ["share-upkeep", "lacks"],
  reconcile: ["lack-upkeep"],
  describe: ["share-upkeep"],
} as const satisfies Record<string, readonly string[]>;
type ChunkName = keyof typeof chunkNeeds;
const chunkNames = Object.keys(chunkNeeds) as ChunkName[];

export interface GroupLua {
  /** Lua functions of records, see `recordPrelude`. */
  readonly prelude: string;
  readonly constants: LuaConstants;
  readonly stock: StockScripts;
}

export interface ScriptParts {
  /** Stock scripts it calls. */
  readonly stock: readonly string[];
  /** Which of those it calls again and again. */
  readonly repeated?: string;
  readonly chunks: readonly ChunkName[];
}

/**
 * The Lua that stands before every script of ours: records (`prelude`), the stock scripts it calls as functions, and the
 * pieces of the group index.
 */
export function groupPrelude({ prelude, constants, stock }: GroupLua, parts: ScriptParts): string {
  const functions = parts.stock.map((name) => stockFunction(stock.get(name), { isRepeated: name === parts.repeated }));
  const needed = new Set(parts.chunks.flatMap(withNeeds));
  const chunks = chunkNames
    .filter((name) => needed.has(name))
    .map((name) => {
      const lua = readChunk(new URL(`./chunks/${name}.lua`, import.meta.url), constants);
      return seldomChunks.has(name) ? seldom(lua) : lua;
    });
  return `${prelude}\nlocal stock = {}\n${seldom(functions.join("\n"))}${chunks.join("\n")}\n`;
}

/** What the usual end of an attempt and the usual start of the next one do without. */
export const seldomChunks: ReadonlySet<ChunkName> = new Set([
  "names",
  "foreign-group",
  "dead-letters",
  "ingest",
  "callback",
  "cancel",
]);

function withNeeds(name: ChunkName): readonly ChunkName[] {
  return [name, ...(chunkNeeds[name] as readonly ChunkName[]).flatMap(withNeeds)];
}

/**
 * The stock scripts BullMQ's classes call that are replaced, and the other stock scripts each replacement needs. Everything
 * that can move a task into or out of `wait`, `prioritized`, `active` or `delayed` is here, is done by another that is (emptying the
 * queue, see GroupBackend), or leaves what `ingest.lua` and
 * `reconcile.lua` pick up: adding flows and schedules, and removing orphans.
 */
export const wrappedScripts = {
  addStandardJob: { file: "add-standard-job", needs: ["removeJob"], chunks: ["admit"] },
  addPrioritizedJob: { file: "add-prioritized-job", needs: ["removeJob", "addStandardJob"], chunks: ["admit"] },
  addDelayedJob: { file: "add-delayed-job", needs: ["removeJob", "addStandardJob"], chunks: ["admit"] },
  moveToActive: { file: "move-to-active", needs: [], chunks: ["fetch"] },
  moveToFinished: { file: "move-to-finished", needs: ["moveToActive", "addStandardJob"], chunks: ["usual"] },
  moveToDelayed: { file: "move-to-delayed", needs: ["moveToActive"], chunks: ["fetch", "ending"] },
  retryJob: { file: "retry-job", needs: [], chunks: ["ingest", "ending"] },
  moveJobFromActiveToWait: { file: "move-job-from-active-to-wait", needs: [], chunks: ["ingest", "ending"] },
  extendLocks: { file: "extend-locks", needs: [], chunks: [] },
  moveStalledJobsToWait: { file: "move-stalled-jobs-to-wait", needs: [], chunks: ["ingest"] },
  removeJob: { file: "remove-job", needs: ["addStandardJob"], chunks: ["cancel"] },
  cleanJobsInSet: { file: "clean-jobs-in-set", needs: ["removeJob", "addStandardJob"], chunks: ["cancel"] },
  obliterate: { file: "obliterate", needs: [], chunks: ["index"] },
  promote: { file: "promote", needs: [], chunks: ["ingest"] },
  changeDelay: { file: "change-delay", needs: [], chunks: [] },
  changePriority: { file: "change-priority", needs: [], chunks: ["ingest"] },
  reprocessJob: { file: "reprocess-job", needs: [], chunks: ["redrive"] },
  moveJobsToWait: { file: "move-jobs-to-wait", needs: [], chunks: ["redrive"] },
} as const satisfies Record<string, { file: string; needs: readonly string[]; chunks: readonly ChunkName[] }>;

export type WrappedName = keyof typeof wrappedScripts;

/** The replacement of one stock script, in memory. */
export function wrapScript(name: WrappedName, lua: GroupLua): string {
  const { file, needs, chunks } = wrappedScripts[name];
  // Redis may be full. What takes, ends, renews or removes goes on then, because it is what makes room; what adds is refused.
  const head = file.startsWith("add-") ? "" : allowOom;
  const body = readChunk(new URL(`./wrapped/${file}.lua`, import.meta.url), lua.constants);
  // The only one that does its work more than once; see finish-batches.ts.
  const repeated = "moveToFinished";
  const prelude = groupPrelude(lua, { stock: [name, ...needs], repeated, chunks });
  return head + inlineLocals(deferSeldom(prelude, body));
}
