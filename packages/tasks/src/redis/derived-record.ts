import type { TaskId } from "@switchyard/protocol/task-id";
import type { GroupName } from "../group-name.ts";
import type { TaskRecord } from "../task.ts";

/**
 * The record of a first attempt that has just begun, as derived-record.lua makes it of the job: scripts need not write it out for the worker,
 * which has the job. `raw`: names and values by turns, of two of one name the later one counts.
 */
export function derivedRecord(id: string, group: GroupName, raw: readonly string[]): TaskRecord | undefined {
  const job = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) job.set(raw[index] ?? "", raw[index + 1] ?? "");
  const [, attempts, , enqueuedAtMs, user] = recPattern.exec(job.get("rec") ?? "") ?? [];
  if (attempts === undefined) return undefined;
  return {
    id: id as TaskId,
    handler: job.get("name") ?? "",
    group,
    user: user ?? "",
    attempts: Number(attempts),
    enqueuedAtMs: Number(enqueuedAtMs),
    status: "running",
    percent: null,
    message: null,
    error: null,
    attempt: 1,
    seq: 2,
    startedAtMs: Number(job.get("processedOn")),
    finishedAtMs: null,
    result: null,
  };
}

const recPattern = /^(\d+) (\d+) (\d+) \S*\n([^]*)$/;
