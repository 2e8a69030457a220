import type { TaskId } from "@switchyard/protocol/task-id";
import type { Redis } from "ioredis";
import type { AttemptNote } from "../attempt/attempt-note.ts";
import { parseTaskId } from "../ids-from-outside.ts";
import type { PastAct } from "../past-act.ts";
import type { PastAttempt } from "../past-attempt.ts";
import type { TaskQueue } from "../task-queue.ts";
import type { TaskRecord } from "../task.ts";
import type { TaskKeys } from "./task-keys.ts";

interface CourseReaderParts {
  readonly redis: Redis;
  readonly keys: TaskKeys;
  readonly read: (id: TaskId) => Promise<TaskRecord | undefined>;
}

/** See `TaskQueue.course`. */
export function createCourseReader({ redis, keys, read }: CourseReaderParts): TaskQueue["course"] {
  return async (taskId) => {
    const id = parseTaskId(taskId);
    // The record last: an attempt that ends meanwhile is told by it, or by both, and never as one that still runs.
    const [texts, startedAt, record] = await Promise.all([
      redis.lrange(`${keys.attemptsPrefix}${id}`, 0, -1),
      redis.hget(`${keys.queuePrefix}:${keys.queueName}:${id}`, "processedOn"),
      read(id),
    ]);
    const notes = texts.map(readNote).toReversed();
    if (record === undefined && notes.length === 0) return undefined;
    const noted = notes.flatMap((note) => ("act" in note ? [] : [note]));
    const last = record && untold(record, noted, startedAt === null ? null : Number(startedAt));
    return {
      attempts: last === undefined ? noted : [...noted, last],
      acts: notes.flatMap((note) => ("act" in note ? [note] : [])),
    };
  };
}

/** A note behind the time when it was written. */
function readNote(text: string): PastAttempt | PastAct {
  const space = text.indexOf(" ");
  const atMs = Number(text.slice(0, space));
  const note = JSON.parse(text.slice(space + 1)) as AttemptNote | Pick<PastAct, "act">;
  if ("act" in note) return { by: null, reason: null, ...note, askedAtMs: atMs };
  const { ranMs, ...attempt } = note;
  return { ...attempt, startedAtMs: atMs - ranMs, endedAtMs: atMs };
}

/** The attempt that the record tells of and no note: one that runs, and one that was the first and the last. */
function untold(
  { status, attempt, error, finishedAtMs, ...record }: TaskRecord,
  noted: readonly PastAttempt[],
  startedAtMs: number | null,
): PastAttempt | undefined {
  const hasEnded = status === "succeeded" || status === "failed";
  if (attempt === 0 || !(status === "running" || hasEnded)) return undefined;
  if (hasEnded && noted.at(-1)?.endedAtMs === finishedAtMs) return undefined;
  return {
    number: attempt,
    outcome: status === "running" ? "running" : status === "failed" ? "failed" : "succeeded",
    worker: null,
    error,
    place: null,
    // The record has the beginning of the first.
    startedAtMs: startedAtMs ?? (noted.length === 0 ? record.startedAtMs : null),
    endedAtMs: finishedAtMs,
    log: [],
    logDropped: 0,
  };
}
