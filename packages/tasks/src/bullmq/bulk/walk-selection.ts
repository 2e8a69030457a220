import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { BulkFilter, BulkSelection } from "../../bulk/bulk-acts.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import type { SearchMember, SearchPlace } from "../../search/search-cursor.ts";
import { examinedAtOnce } from "../../search/task-search.ts";
import { type HeadFilter, readHeads } from "../search/read-heads.ts";
import { type SearchSource, searchSources } from "../search/search-sources.ts";
import { listMembers, type Members, nextMembers } from "../search/walk-source.ts";

export interface WalkParts {
  readonly redis: Redis;
  readonly keys: TaskKeys;
  /** Where heads are read. */
  readonly place: ScriptPlace;
}

export interface Walk {
  readonly selection: BulkSelection;
  /** Undefined: from the beginning. */
  readonly from?: SearchPlace | undefined;
  readonly isOnlyCounted: boolean;
}

/** Some of those that were looked at. */
export interface WalkStep {
  /** Those that match, in their order; none when they are only counted. */
  readonly found: readonly SearchMember[];
  readonly count: number;
  /** Where they lie: the number of their source. */
  readonly source: number;
  /** Where to go on from behind them. */
  readonly place: SearchPlace;
}

/**
 * Everything a bulk act may be about, some of it at a time. Between two looks Redis has as long for everybody else as the look has taken.
 */
export async function* walkSelection(parts: WalkParts, { selection, from, isOnlyCounted }: Walk) {
  const sources = sourcesOf(selection, parts.keys);
  const filter = headFilterOf(selection);
  const begin = from ?? { source: 0, after: undefined };
  for (let at = begin.source; at < sources.length; at++) {
    const source = sources[at] as SearchSource;
    const after = at === begin.source ? begin.after : undefined;
    for await (const { members, areLast } of membersOf(parts.redis, { source, filter: selection.filter, after })) {
      const startedMs = performance.now();
      const ids = members.map(({ id }) => id);
      const heads =
        ids.length === 0
          ? { heads: [], found: 0 }
          : await readHeads(parts.place, { ids, filter, max: isOnlyCounted ? 0 : ids.length });
      // Not what is done with them until the next look: that leaves Redis to others by itself.
      const tookMs = performance.now() - startedMs;
      const place = areLast ? { source: at + 1, after: undefined } : { source: at, after: members.at(-1) };
      const matching = new Set<string>(heads.heads.map(({ id }) => id));
      const found = members.filter(({ id }) => matching.has(id));
      yield { found, count: heads.found, source: at, place } satisfies WalkStep;
      await sleep(tookMs);
    }
  }
}

interface WalkOfSource {
  readonly source: SearchSource;
  readonly filter: BulkFilter;
  readonly after: SearchMember | undefined;
}

async function* membersOf(redis: Redis, { source, filter, after }: WalkOfSource): AsyncGenerator<Members> {
  if (source.kind === "list") return yield* membersOfList(redis, source);
  let next: Members = { members: after === undefined ? [] : [after], areLast: false };
  do {
    next = await nextMembers(redis, { source, filter, after: next.members.at(-1), count: examinedAtOnce });
    yield next;
  } while (!next.areLast);
}

/** Read at once: what is acted on leaves it, and places in what is left would be those of others. */
async function* membersOfList(redis: Redis, source: SearchSource): AsyncGenerator<Members> {
  const all = await listMembers(redis, source);
  for (let from = 0; from < Math.max(all.length, 1); from += examinedAtOnce) {
    const members = all.slice(from, from + examinedAtOnce);
    yield { members, areLast: from + examinedAtOnce >= all.length };
  }
}

/** Failed tasks come the oldest first: that is the order they were in before they failed. Those that run come last: until then they waited. */
export function sourcesOf({ act, filter: { status, group } }: BulkSelection, keys: TaskKeys): readonly SearchSource[] {
  if (act !== "cancel") {
    return searchSources({ status: "failed", group }, keys).map((source) => ({ ...source, order: "oldest" }));
  }
  if (status !== undefined) return searchSources({ status, group }, keys);
  return [...searchSources({ status: "queued", group }, keys), ...searchSources({ status: "running", group }, keys)];
}

function headFilterOf({ act, filter }: BulkSelection): HeadFilter {
  if (act !== "cancel") return { ...filter, status: "failed" };
  return { ...filter, status: filter.status ?? "open" };
}
