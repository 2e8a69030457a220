import { randomBytes } from "node:crypto";
import { cutText } from "@switchyard/runtime/cut-text";
import {
  type BulkActs,
  type BulkCount,
  type BulkFilter,
  bulkLimitMax,
  type BulkRequest,
  type BulkSelection,
  countTimeMaxMs,
  listedMax,
  perSecondMax,
  runningMax,
  statusesOf,
} from "../../bulk/bulk-acts.ts";
import { failureKindOf } from "../../group-trouble.ts";
import { parseGroupName } from "../../group-name.ts";
import { noteAct } from "../../past-act.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { TaskRejection } from "../../task-rejection.ts";
import { countInRange } from "../search/walk-source.ts";
import { bulkScripts as scripts } from "./bulk-scripts.ts";
import { bulkStateOf, type StoredRequest } from "./bulk-state.ts";
import { sourcesOf, type WalkParts, walkSelection } from "./walk-selection.ts";

export interface BulkParts extends WalkParts {
  /** Where {@link bulkScripts} run. */
  readonly bulkPlace: ScriptPlace;
  /** One was begun: whoever does them in this process may look at once. */
  readonly onBegun: () => void;
}

export function createBulkActs(parts: BulkParts): BulkActs {
  const { redis, keys, bulkPlace: place, onBegun } = parts;
  const find = async (id: string) => bulkStateOf(id, await redis.hgetall(keys.bulkActPrefix + parseId(id)));
  return {
    find,
    count: async (selection) => count(parts, checkedSelection(selection), undefined),
    async begin(request) {
      const stored = await toStored(parts, request);
      const id = `b_${randomBytes(16).toString("base64url").slice(0, 21)}`;
      if (!(await scripts.beginBulk.run(place, { name: id, request: JSON.stringify(stored), most: runningMax }))) {
        throw new TaskRejection("acts_full", "act", `${runningMax} bulk acts go on already; abort one, or wait`);
      }
      onBegun();
      const state = await find(id);
      if (state === undefined) throw new Error(`bulk act ${id} has vanished from Redis`);
      return state;
    },
    async list() {
      const ids = await redis.zrevrange(keys.bulkActsNewest, 0, listedMax - 1);
      const found = await Promise.all(ids.map(find));
      return found.filter((state) => state !== undefined);
    },
    async abort(id) {
      await scripts.abortBulk.run(place, { name: parseId(id) });
      return find(id);
    },
  };
}

async function toStored(parts: BulkParts, request: BulkRequest): Promise<StoredRequest> {
  const { act, filter } = checkedSelection(request);
  const { perSecond, limit, except = [], reason, by, origin, untilMs } = request;
  checkWhole("perSecond", perSecond, perSecondMax);
  if (limit !== undefined) checkWhole("limit", limit, bulkLimitMax);
  const counted = await count(parts, { act, filter }, untilMs);
  const failure = JSON.stringify({ code: "cancelled", message: cutText(reason ?? "cancelled", 500) });
  return {
    act,
    filter: boundedBy(counted.untilMs, { act, filter }),
    perSecond,
    limit,
    except,
    reason,
    by,
    origin,
    untilMs: counted.untilMs,
    matched: counted.matched,
    isMatchedComplete: counted.isComplete,
    failure,
    ...(act !== "cancel" && { note: noteAct(act, { by, reason }) }),
  };
}

/** @param latestMs what came later is not counted; undefined: now */
async function count(parts: WalkParts, selection: BulkSelection, latestMs: number | undefined): Promise<BulkCount> {
  const [seconds, micros] = await parts.redis.time();
  const nowMs = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  const untilMs = Math.min(nowMs, latestMs ?? nowMs);
  const asked = { ...selection, filter: boundedBy(untilMs, selection) };
  const [source] = sourcesOf(asked, parts.keys);
  if (source !== undefined && isIndexed(asked)) {
    return { matched: await countInRange(parts.redis, source, asked.filter), isComplete: true, untilMs };
  }
  const deadlineMs = performance.now() + countTimeMaxMs;
  let matched = 0;
  for await (const step of walkSelection(parts, { selection: asked, isOnlyCounted: true })) {
    matched += step.count;
    if (performance.now() > deadlineMs) return { matched, isComplete: false, untilMs };
  }
  return { matched, isComplete: true, untilMs };
}

/** Failed tasks lie in the order of their failures, so that those of a time are counted without a look at them. */
function isIndexed({ act, filter: { handler, user, reason } }: BulkSelection): boolean {
  return act !== "cancel" && handler === undefined && user === undefined && reason === undefined;
}

/** Of failed tasks the time they failed says whether they were there; others are judged by when they were enqueued, in step-bulk.lua. */
function boundedBy(untilMs: number, { act, filter }: BulkSelection): BulkFilter {
  if (act === "cancel") return filter;
  return { ...filter, untilMs: Math.min(untilMs, filter.untilMs ?? untilMs) };
}

function checkedSelection({ act, filter }: BulkSelection): BulkSelection {
  const { status, handler, group, user, reason, sinceMs, untilMs } = filter;
  const taken: readonly string[] = statusesOf[act];
  if (status !== undefined && !taken.includes(status)) {
    refuse("filter.status", `\`${act}\` acts on tasks that are ${taken.join(", ")}`);
  }
  if (group !== undefined) parseGroupName(group, "filter.group");
  if (reason !== undefined && act === "cancel") refuse("filter.reason", "only failed tasks have one");
  if (reason !== undefined && failureKindOf(reason) === "") refuse("filter.reason", "must not be empty");
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs > untilMs) {
    refuse("filter.until", "must not be before `since`");
  }
  return { act, filter: { status, handler, group, user, reason, sinceMs, untilMs } };
}

function parseId(id: string): string {
  if (/^b_[-\w]{21}$/.test(id)) return id;
  return refuse("id", "is not a bulk act's id; send the one that the answer to beginning it had");
}

function checkWhole(field: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 1 || value > max) refuse(field, `must be a whole number from 1 to ${max}`);
}

function refuse(field: string, detail: string): never {
  throw new TaskRejection("field_invalid", field, detail);
}
