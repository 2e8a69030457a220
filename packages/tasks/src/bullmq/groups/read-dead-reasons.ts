import { failureKindOf, firstLineOf } from "../../group-trouble.ts";
import { type DeadReason, type DeadReasons, reasonsReadMax } from "../../group.ts";
import type { GroupName } from "../../group-name.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { examinedAtOnce, type TaskHead } from "../../search/task-search.ts";
import { readHeads } from "../search/read-heads.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import { searchSources } from "../search/search-sources.ts";

/** By the same words that a search and a bulk act judge them by: what is counted here is what they find. */
export async function readDeadReasons(place: ScriptPlace, keys: TaskKeys, group: GroupName): Promise<DeadReasons> {
  const { redis } = place;
  const filter = { status: "failed", group } as const;
  const key = searchSources(filter, keys)[0]?.key ?? "";
  const [total, ids] = await Promise.all([redis.zcard(key), redis.zrevrange(key, 0, reasonsReadMax - 1)]);
  const kinds = new Map<string, DeadReason>();
  for (let at = 0; at < ids.length; at += examinedAtOnce) {
    const some = ids.slice(at, at + examinedAtOnce);
    const { heads } = await readHeads(place, { ids: some, filter, max: some.length });
    for (const head of heads) count(kinds, head);
  }
  const reasons = [...kinds.values()].toSorted((a, b) => b.count - a.count || b.newestAtMs - a.newestAtMs);
  return { reasons, examined: ids.length, total };
}

/** They come the newest first. */
function count(kinds: Map<string, DeadReason>, { id, error, finishedAtMs }: TaskHead): void {
  const text = error?.message ?? "";
  const [kind, reason] = [failureKindOf(text), firstLineOf(text)];
  const known = kinds.get(kind) ?? {
    reason,
    count: 0,
    numbersDiffer: false,
    newestId: id,
    newestAtMs: finishedAtMs ?? 0,
  };
  const numbersDiffer = known.numbersDiffer || known.reason !== reason;
  kinds.set(kind, { ...known, count: known.count + 1, numbersDiffer });
}
