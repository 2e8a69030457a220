import type { TaskId } from "@switchyard/protocol/task-id";
import { cutText } from "@switchyard/runtime/cut-text";
import { failureKindOf } from "../../group-trouble.ts";
import { defineScript, type ScriptPlace } from "../../redis/define-script.ts";
import { reasonMaxLength, type TaskFilter, type TaskHead } from "../../search/task-search.ts";
import type { TaskRecord } from "../../task.ts";

export const readHeadsScript = defineScript({
  file: new URL("./read-heads.lua", import.meta.url),
  args: ["ids", "filter", "max"],
  reply: (raw) => raw as [nowMs: string, examined: number, heads: (string | number)[], found: number],
});

export interface FoundHeads {
  readonly readAtMs: number;
  /** How many ids were looked at: all, or as far as the last that was wanted. */
  readonly examined: number;
  readonly heads: readonly TaskHead[];
  /** How many match; `heads` has no more, and fewer where one cannot be read. */
  readonly found: number;
}

/** `open`: whatever has no end yet. */
export type HeadFilter = Omit<TaskFilter, "status"> & { readonly status?: TaskFilter["status"] | "open" };

interface Asked {
  readonly ids: readonly string[];
  readonly filter: HeadFilter;
  /** The first so many of them; 0: they are only counted. */
  readonly max: number;
}

export async function readHeads(place: ScriptPlace, { ids, filter, max }: Asked): Promise<FoundHeads> {
  const { sinceMs, untilMs, reason, ...named } = filter;
  const kind = reason === undefined ? undefined : failureKindOf(reason);
  const texts = { ...named, reason: kind, sinceMs: sinceMs?.toString(), untilMs: untilMs?.toString() };
  const args = { ids: JSON.stringify(ids), filter: JSON.stringify(texts), max };
  const [nowMs, examined, flat, found] = await readHeadsScript.run(place, args);
  const heads: TaskHead[] = [];
  for (let index = 0; index + 2 < flat.length; index += 3) {
    const id = ids[Number(flat[index]) - 1] ?? "";
    const record = readRecord(String(flat[index + 1]));
    if (record !== undefined) heads.push(toHead(id as TaskId, record, String(flat[index + 2])));
  }
  return { readAtMs: Number(nowMs), examined, heads, found };
}

/** What others have written into a job can make it none; one such task must not hide all others. */
function readRecord(json: string): TaskRecord | undefined {
  try {
    return JSON.parse(json) as TaskRecord;
  } catch {
    return undefined;
  }
}

function toHead(id: TaskId, record: TaskRecord, reason: string): TaskHead {
  const { handler, group, user, status, percent, attempt, attempts, error, ...times } = record;
  const { enqueuedAtMs, startedAtMs, finishedAtMs } = times;
  const known = error ?? (reason === "" ? null : { code: null, message: reason });
  return {
    id,
    handler,
    group,
    user,
    status,
    percent,
    attempt,
    attempts,
    error: known && { code: known.code, message: cutText(known.message, reasonMaxLength) },
    enqueuedAtMs,
    startedAtMs,
    finishedAtMs,
    dueAtMs: null,
  };
}
