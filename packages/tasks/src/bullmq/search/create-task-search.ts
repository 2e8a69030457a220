import type { TaskId } from "@switchyard/protocol/task-id";
import type { Redis } from "ioredis";
import { type GroupName, parseGroupName } from "../../group-name.ts";
import { failureKindOf } from "../../group-trouble.ts";
import { parseTaskId } from "../../ids-from-outside.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import { readSearchCursor, type SearchMember, writeSearchCursor } from "../../search/search-cursor.ts";
import {
  examinedAtOnce,
  examinedFirstMax,
  examinedMax,
  searchTimeMaxMs,
  type TaskFilter,
  type TaskHead,
  type TaskPage,
  type TaskSearch,
  type TaskSearchRequest,
} from "../../search/task-search.ts";
import { TaskRejection } from "../../task-rejection.ts";
import { readHeads } from "./read-heads.ts";
import { delayedSource, dueUnitsPerMs, type SearchSource, searchSources } from "./search-sources.ts";
import { countMembers, nextMembers } from "./walk-source.ts";

export interface TaskSearchParts {
  readonly redis: Redis;
  readonly keys: TaskKeys;
  readonly place: ScriptPlace;
}

export function createTaskSearch(parts: TaskSearchParts): TaskSearch {
  return {
    async find(request) {
      if (request.id === undefined) return findAmongAll(request, parts);
      return findOne(parseTaskId(request.id), request, parts);
    },
  };
}

async function findOne(id: TaskId, request: TaskSearchRequest, parts: TaskSearchParts): Promise<TaskPage> {
  const other = Object.entries(request).find(
    ([name, value]) => !["id", "limit", "sees"].includes(name) && value !== undefined,
  );
  if (other !== undefined)
    refuse(other[0], "cannot be asked for beside `id`, which names one task; leave out one of them");
  const found = await readHeads(parts.place, { ids: [id], filter: {}, max: 1 });
  const tasks = await withDue(found.heads, parts);
  return { tasks, cursor: "", examined: 1, total: 1, isComplete: true, readAtMs: found.readAtMs };
}

async function findAmongAll(request: TaskSearchRequest, parts: TaskSearchParts): Promise<TaskPage> {
  const { redis, keys } = parts;
  const { limit = 100, sees } = request;
  const filter = checkedFilter(request, limit);
  const sources = searchSources(filter, keys);
  const begin = request.cursor ? readSearchCursor(request.cursor, filter) : { source: 0, after: undefined };
  // Waited for before the walk: a promise that fails while the walk does would be nobody's.
  const [[seconds, micros], ...counts] = await Promise.all([
    redis.time(),
    ...sources.map((source) => countMembers(redis, source)),
  ]);
  const bound = request.cursor ? examinedMax : examinedFirstMax;
  const deadline = performance.now() + searchTimeMaxMs;

  const tasks: TaskHead[] = [];
  let { source: at, after } = begin;
  let examined = 0;
  while (at < sources.length && tasks.length < limit && examined < bound && performance.now() < deadline) {
    const source = sources[at] as SearchSource;
    const count = Math.min(examinedAtOnce, bound - examined);
    const { members, areLast } = await nextMembers(redis, { source, filter, after, count });
    const max = limit - tasks.length;
    const step = await (sees === undefined
      ? headsOf(parts, { source, filter, members, max })
      : headsInSight(parts, { source, filter, members, max }, sees));
    tasks.push(...step.heads);
    examined += step.examined;
    const isOver = areLast && step.examined === members.length;
    [at, after] = isOver ? [at + 1, undefined] : [at, members[step.examined - 1]];
  }
  const isOver = at >= sources.length;
  return {
    tasks,
    cursor: isOver ? "" : writeSearchCursor({ source: at, after }, filter),
    examined,
    total: counts.reduce((sum, count) => sum + count, 0),
    isComplete: isOver || tasks.length >= limit,
    readAtMs: Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000),
  };
}

interface Step {
  readonly source: SearchSource;
  readonly filter: TaskFilter;
  readonly members: readonly SearchMember[];
  readonly max: number;
}

async function headsOf(parts: TaskSearchParts, { source, filter, members, max }: Step) {
  if (members.length === 0) return { heads: [], examined: 0 };
  const { status = source.status } = filter;
  const asked = { ids: members.map(({ id }) => id), filter: { ...filter, ...(status && { status }) }, max };
  const { heads, examined } = await readHeads(parts.place, asked);
  return { heads: source.isDue === true ? await withDue(heads, parts) : heads, examined };
}

/**
 * The same among those that somebody sees. What is hidden is left out before anything is asked of it, or how long a search takes and how
 * far it comes would tell what hidden tasks are like, letter by letter.
 */
async function headsInSight(parts: TaskSearchParts, step: Step, sees: (group: GroupName) => boolean) {
  const { members } = step;
  const ids = members.map(({ id }) => id);
  const { heads } = await readHeads(parts.place, { ids, filter: {}, max: ids.length });
  const seen = new Set<string>(heads.filter(({ group }) => sees(group)).map(({ id }) => id));
  const visible = members.filter(({ id }) => seen.has(id));
  const found = await headsOf(parts, { ...step, members: visible });
  const last = visible[found.examined - 1];
  const isCutShort = found.examined < visible.length && last !== undefined;
  return { heads: found.heads, examined: isCutShort ? members.indexOf(last) + 1 : members.length };
}

async function withDue(heads: readonly TaskHead[], { redis, keys }: TaskSearchParts): Promise<readonly TaskHead[]> {
  if (heads.length === 0) return heads;
  const scores = await redis.zmscore(delayedSource(keys).key, ...heads.map(({ id }) => id));
  return heads.map((head, index) => {
    const score = scores[index];
    const dueAtMs = typeof score === "string" ? Math.floor(Number(score) / dueUnitsPerMs) : NaN;
    return { ...head, dueAtMs: Number.isFinite(dueAtMs) ? dueAtMs : null };
  });
}

function checkedFilter(
  { status, handler, group, user, reason, sinceMs, untilMs }: TaskSearchRequest,
  limit: number,
): TaskFilter {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) refuse("limit", "must be a whole number from 1 to 1000");
  if (group !== undefined) parseGroupName(group);
  if (reason !== undefined && failureKindOf(reason) === "") refuse("reason", "must not be empty");
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs > untilMs)
    refuse("until", "must not be before `since`");
  return { status, handler, group, user, reason, sinceMs, untilMs };
}

function refuse(field: string, detail: string): never {
  throw new TaskRejection("field_invalid", field, detail);
}
