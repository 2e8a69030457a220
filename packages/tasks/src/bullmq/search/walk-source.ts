import type { Redis } from "ioredis";
import type { SearchMember } from "../../search/search-cursor.ts";
import type { TaskFilter } from "../../search/task-search.ts";
import type { SearchSource } from "./search-sources.ts";

/** Of a list: what runs, and what another client has put into the queue a moment ago. More is not looked at. */
const listMax = 10_000;

interface Walk {
  readonly source: SearchSource;
  readonly filter: TaskFilter;
  /** Go on behind it; undefined: from the beginning. */
  readonly after: SearchMember | undefined;
  readonly count: number;
}

export interface Members {
  /** The score of one in a list is how many lie before it. */
  readonly members: readonly SearchMember[];
  /** There is nothing behind them. */
  readonly areLast: boolean;
}

/** The next members of a source, one at least unless there is none. */
export async function nextMembers(redis: Redis, walk: Walk): Promise<Members> {
  return walk.source.kind === "list" ? nextOfList(redis, walk) : nextOfSet(redis, walk);
}

/** How many tasks lie there. */
export async function countMembers(redis: Redis, { key, kind }: SearchSource): Promise<number> {
  return kind === "list" ? Math.min(await redis.llen(key), listMax) : redis.zcard(key);
}

/** How many lie there of a time, where its scores are times. */
export function countInRange(redis: Redis, source: SearchSource, filter: TaskFilter): Promise<number> {
  const { first, last } = boundsOf({ ...source, order: "oldest" }, filter);
  return redis.zcount(source.key, first, last);
}

/** A list moves while it is read: where the last one has gone, what lies there now is next. */
async function nextOfList(redis: Redis, { source, after, count }: Walk): Promise<Members> {
  const all = await listMembers(redis, source);
  const at = after === undefined ? 0 : all.findIndex(({ id }) => id === after.id) + 1 || Number(after.score) + 1;
  return { members: all.slice(at, at + count), areLast: at + count >= all.length };
}

/** All of a list, as it is now. */
export async function listMembers(redis: Redis, { key }: SearchSource): Promise<readonly SearchMember[]> {
  const ids = await redis.lrange(key, 0, listMax - 1);
  return ids.map((id, index) => ({ id, score: String(index) }));
}

/**
 * Members of one score are in the order of their ids, so a place is a score with an id, whether that is there still or not. Of one score there
 * may be more than are asked for.
 */
async function nextOfSet(redis: Redis, { source, filter, after, count }: Walk): Promise<Members> {
  const isNewest = source.order === "newest";
  const { first, last } = boundsOf(source, filter);
  const from = after?.score ?? first;
  for (let offset = 0; ; offset += count) {
    const page = isNewest
      ? await redis.zrevrangebyscore(source.key, from, last, "WITHSCORES", "LIMIT", offset, count)
      : await redis.zrangebyscore(source.key, from, last, "WITHSCORES", "LIMIT", offset, count);
    const all = pairs(page);
    const areLast = all.length < count;
    const members = after === undefined ? all : all.filter((member) => isBehind(member, after, isNewest));
    if (members.length > 0 || areLast) return { members, areLast };
  }
}

function isBehind(member: SearchMember, after: SearchMember, isNewest: boolean): boolean {
  if (numberOf(member.score) !== numberOf(after.score)) return true;
  const order = Buffer.compare(Buffer.from(member.id), Buffer.from(after.id));
  return isNewest ? order < 0 : order > 0;
}

/** One score can be spelled in more ways than one, and a strange client may have written one without an end. */
function numberOf(score: string): number {
  return Number(score.replace("inf", "Infinity"));
}

/** Of tasks that have ended the score says when, and so where to begin and to stop. */
function boundsOf({ order, perMs }: SearchSource, { sinceMs, untilMs }: TaskFilter) {
  const newest = perMs === undefined || untilMs === undefined ? "+inf" : String((untilMs + 1) * perMs - 1);
  const oldest = perMs === undefined || sinceMs === undefined ? "-inf" : String(sinceMs * perMs);
  return order === "newest" ? { first: newest, last: oldest } : { first: oldest, last: newest };
}

function pairs(flat: readonly string[]): readonly SearchMember[] {
  return flat.flatMap((id, index) => (index % 2 === 0 ? [{ id, score: flat[index + 1] ?? "0" }] : []));
}
