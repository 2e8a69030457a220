import { parseExactJson } from "@switchyard/protocol/exact-json";
import type { TaskId } from "@switchyard/protocol/task-id";
import type { LogEntry, ScheduleState, ScheduleSummary } from "../schedule.ts";
import type { ScheduleId } from "../ids-from-outside.ts";
import { missedPolicies, missedWindowsMs, overlapPolicies, type ScheduleSpec } from "../schedule-spec.ts";
import { TaskRejection } from "../task-rejection.ts";
import { isCron } from "./cron-text.ts";

/** A schedule as it lies in Redis; see put-schedule.lua. */
export interface StoredSchedule extends ScheduleSummary {
  readonly incarnation: string;
  /** The one it stands at; its jitter is in `nextAtMs` only. */
  readonly tickMs: number | null;
  readonly lastTickMs: number | null;
  /** The newest task and its tick. */
  readonly lastRun: { readonly tickMs: number; readonly taskId: TaskId } | null;
}

/** One whose words can be read, which all that is done with it needs. */
export type ReadableSchedule = StoredSchedule & { readonly spec: ScheduleSpec };

/** Undefined for an empty hash: there is none. */
export function readStored(id: ScheduleId, flat: readonly string[], dueMs: string | null): StoredSchedule | undefined {
  if (flat.length === 0) return undefined;
  const hash = new Map(
    flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""] as const] : [])),
  );
  // Whatever a person has written there is no reason to fail.
  const whole = (name: string) => readWhole(hash.get(name));
  const number = (name: string) => whole(name) ?? 0;
  const [taskId, tickMs] = [hash.get("last"), whole("lastRun")];
  const state = readState(hash.get("state"));
  return {
    id,
    revision: number("rev"),
    incarnation: hash.get("inc") ?? "",
    state,
    spec: readSpec(hash.get("spec") ?? "") ?? null,
    nextAtMs: readWhole(dueMs ?? undefined) ?? null,
    tickMs: whole("tick") ?? null,
    lastTickMs: whole("lastTick") ?? null,
    lastRun: taskId === undefined || tickMs === undefined ? null : { tickMs, taskId: taskId as TaskId },
    note: hash.get("note") || null,
    // What the newest pause was stays in the hash when it is over.
    pausedAtMs: state === "paused" ? (whole("pausedMs") ?? null) : null,
    pausedBy: state === "paused" ? hash.get("pausedBy") || null : null,
    counts: { fired: number("fired"), missed: number("missed"), skipped: number("skipped"), failed: number("failed") },
    lately: whole("missedMs") === undefined ? null : { missed: number("missedLately"), lastAtMs: number("missedMs") },
    createdAtMs: number("createdMs"),
    updatedAtMs: number("updatedMs"),
  };
}

/** What a schedule has fired that is forgotten itself. */
export interface PastSchedule {
  readonly lastTickMs: number;
  readonly fired: number;
}

/** Undefined unless one with these times was forgotten: other times have nothing to do with it. See chunks/schedule.lua. */
export function readPast(text: string | null, { timing }: ScheduleSpec): PastSchedule | undefined {
  const [, lastTick, fired, known] = /^(\d+) (\d+) (.*)$/s.exec(text ?? "") ?? [];
  const lastTickMs = readWhole(lastTick);
  if (lastTickMs === undefined || known !== JSON.stringify(timing)) return undefined;
  return { lastTickMs, fired: readWhole(fired) ?? 0 };
}

/** @throws TaskRejection when its words cannot be read, so nothing can be done with it but putting or removing it. */
export function readable(stored: StoredSchedule): ReadableSchedule {
  const { spec } = stored;
  if (spec !== null) return { ...stored, spec };
  throw new TaskRejection("field_invalid", "id", "is a schedule whose stored words cannot be read; put it again");
}

/** Undefined unless it is a whole number that has a date. */
export function readWhole(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function readState(text: string | undefined): ScheduleState {
  return text === "active" || text === "finished" ? text : "paused";
}

/**
 * What {@link parseSchedule} has made, or undefined: it was written by a person, or by a version that knew more, or its time zone
 * has gone. Numbers of a task's data stay as they were spelled.
 */
export function readSpec(text: string): ScheduleSpec | undefined {
  let read: unknown;
  try {
    read = parseExactJson(text);
  } catch {
    return undefined;
  }
  if (!isObject(read) || !isTiming(read["timing"])) return undefined;
  const numbers = ["missedWindowMs", "jitterMs", "maxRuns", "pauseAfter"].map((name) => read[name]);
  const isWhole =
    numbers.every(isCount) && oneOf(overlapPolicies, read["overlap"]) && oneOf(missedPolicies, read["missed"]);
  const targets = Object.keys(missedWindowsMs).filter((name) => isObject(read[name]));
  return isWhole && targets.length === 1 ? (read as unknown as ScheduleSpec) : undefined;
}

function isTiming(timing: unknown): boolean {
  if (!isObject(timing) || !isCount(timing["startAtMs"]) || !isCount(timing["endAtMs"])) return false;
  switch (timing["kind"]) {
    case "once":
      return isCount(timing["atMs"]);
    case "every":
      return isCount(timing["everyMs"]) && timing["everyMs"] >= 1_000 && isCount(timing["offsetMs"]);
    case "cron": {
      const { cron, timeZone } = timing;
      return typeof cron === "string" && typeof timeZone === "string" && isCron(cron, timeZone);
    }
    default:
      return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function oneOf(all: readonly unknown[], value: unknown): boolean {
  return all.includes(value);
}

export function readLog(lines: readonly string[]): LogEntry[] {
  return lines.map((line) => {
    const [outcome, tickMs, atMs, count, taskId] = line.split(" ");
    return {
      outcome: outcome as LogEntry["outcome"],
      tickMs: readWhole(tickMs) ?? 0,
      atMs: readWhole(atMs) ?? 0,
      count: readWhole(count) ?? 0,
      taskId: taskId ? (taskId as TaskId) : null,
    };
  });
}
