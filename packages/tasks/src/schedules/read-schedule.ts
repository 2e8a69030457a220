import { parseExactJson } from "@switchyard/protocol/exact-json";
import type { TaskId } from "@switchyard/protocol/task-id";
import type { LogEntry, ScheduleSummary } from "../schedule.ts";
import type { ScheduleId } from "../schedule-id.ts";
import type { ScheduleSpec } from "../schedule-spec.ts";

/** A schedule as it lies in Redis; see put-schedule.lua. */
export interface StoredSchedule extends ScheduleSummary {
  readonly incarnation: string;
  readonly lastTickMs: number | null;
}

/** Undefined for an empty hash: there is none. */
export function readStored(id: ScheduleId, flat: readonly string[], dueMs: string | null): StoredSchedule | undefined {
  if (flat.length === 0) return undefined;
  const hash = new Map(
    flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""] as const] : [])),
  );
  const number = (name: string) => Number(hash.get(name) ?? 0);
  return {
    id,
    revision: number("rev"),
    incarnation: hash.get("inc") ?? "",
    state: hash.get("state") as ScheduleSummary["state"],
    spec: readSpec(hash.get("spec") ?? ""),
    nextAtMs: dueMs === null ? null : Number(dueMs),
    lastTickMs: hash.has("lastTick") ? number("lastTick") : null,
    note: hash.get("note") || null,
    counts: { fired: number("fired"), missed: number("missed"), skipped: number("skipped"), failed: number("failed") },
    createdAtMs: number("createdMs"),
    updatedAtMs: number("updatedMs"),
  };
}

/** Numbers of a task's data stay as they were spelled. */
export function readSpec(text: string): ScheduleSpec {
  return parseExactJson(text) as ScheduleSpec;
}

export function readLog(lines: readonly string[]): LogEntry[] {
  return lines.map((line) => {
    const [outcome, tickMs, atMs, count, taskId] = line.split(" ");
    return {
      outcome: outcome as LogEntry["outcome"],
      tickMs: Number(tickMs),
      atMs: Number(atMs),
      count: Number(count),
      taskId: taskId ? (taskId as TaskId) : null,
    };
  });
}
