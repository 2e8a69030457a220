import { createHash } from "node:crypto";
import type { TaskId } from "@switchyard/protocol/task-id";
import { taskRecordKey, taskRecordKeyPrefix, tasksHashTag } from "@switchyard/protocol/task-record-key";

/**
 * Every name tasks have in Redis. The hash tag keeps the queue's keys and the records in one slot, so that a script can
 * change a record and finish its task in one step, in a cluster too.
 *
 *   {sy:tasks}:tasks:*            the queue's own keys (BullMQ: prefix `{sy:tasks}`, queue `tasks`)
 *   {sy:tasks}:record:<id>        STRING, what everybody sees of a task; see task-record-key.ts
 *   {sy:tasks}:attempts:<id>      LIST, notes of its attempts, the newest first; see past-attempt.ts
 *   {sy:tasks}:idempotency:<h>    HASH {id, digest, until}, which task a key belongs to, and the ms before which no end of it is forgotten
 *   {sy:tasks}:settled:<id>       pub/sub: the task is settled now
 *   {sy:tasks}:mark               STRING, there as long as Redis has forgotten nothing
 *   {sy:tasks}:schedules:all      ZSET id -> 0, every schedule there is
 *   {sy:tasks}:schedules:due      ZSET id -> ms, those that have a next tick, by when it fires
 *   {sy:tasks}:schedules:finished ZSET id -> ms, when they are forgotten
 *   {sy:tasks}:schedules:tz       STRING, the oldest version of the time zones a tick was reckoned by
 *   {sy:tasks}:schedule:<id>      HASH, a schedule; see put-schedule.lua
 *   {sy:tasks}:schedule-log:<id>  LIST, what became of its last ticks
 *   {sy:tasks}:schedule-past:<id> STRING, what a forgotten schedule had fired
 *   {sy:tasks}:schedules          pub/sub: look again at what is due
 *   {sy:tasks}:bulk-act:<id>      HASH, what is done to many tasks; see bulk-acts.ts and step-bulk.lua
 *   {sy:tasks}:bulk-acts:running  ZSET id -> ms, those that go on, by when they began
 *   {sy:tasks}:bulk-acts:newest   ZSET id -> ms, those that are listed
 *   {sy:tasks}:cancelled          pub/sub: ids of running tasks that were cancelled
 *   {sy:tasks}:cancelled:ids      ZSET id -> ms, the newest that were cancelled, whose jobs are gone
 *   {sy:tasks}:retrying:ids       ZSET id -> ms * 4096, whose record says `retrying`, by when the next attempt is due
 */
export interface TaskKeys {
  readonly queuePrefix: string;
  readonly queueName: string;
  record(taskId: TaskId): string;
  /** Begins them all, for scripts, which find ids while they run. */
  readonly recordPrefix: string;
  readonly attemptsPrefix: string;
  /** Hashed, as the key is the producer's text and of any length. */
  idempotency(key: string): string;
  settledChannel(taskId: TaskId): string;
  readonly settledPrefix: string;
  readonly cancelChannel: string;
  readonly cancelledIds: string;
  readonly retryingIds: string;
  readonly bulkActPrefix: string;
  readonly bulkActsRunning: string;
  readonly bulkActsNewest: string;
  /** See `keepWritten`. */
  readonly mark: string;
  readonly schedulesAll: string;
  readonly schedulesDue: string;
  readonly schedulesFinished: string;
  readonly schedulesTimeZones: string;
  readonly schedulePrefix: string;
  readonly scheduleLogPrefix: string;
  readonly schedulePastPrefix: string;
  readonly schedulesChannel: string;
}

export function createTaskKeys(prefix: string): TaskKeys {
  const tag = tasksHashTag(prefix);
  return {
    queuePrefix: tag,
    queueName: "tasks",
    record: (taskId) => taskRecordKey(prefix, taskId),
    recordPrefix: taskRecordKeyPrefix(prefix),
    attemptsPrefix: `${tag}:attempts:`,
    idempotency: (key) => `${tag}:idempotency:${createHash("sha256").update(key).digest("base64url")}`,
    settledChannel: (taskId) => `${tag}:settled:${taskId}`,
    settledPrefix: `${tag}:settled:`,
    cancelChannel: `${tag}:cancelled`,
    cancelledIds: `${tag}:cancelled:ids`,
    retryingIds: `${tag}:retrying:ids`,
    bulkActPrefix: `${tag}:bulk-act:`,
    bulkActsRunning: `${tag}:bulk-acts:running`,
    bulkActsNewest: `${tag}:bulk-acts:newest`,
    mark: `${tag}:mark`,
    schedulesAll: `${tag}:schedules:all`,
    schedulesDue: `${tag}:schedules:due`,
    schedulesFinished: `${tag}:schedules:finished`,
    schedulesTimeZones: `${tag}:schedules:tz`,
    schedulePrefix: `${tag}:schedule:`,
    scheduleLogPrefix: `${tag}:schedule-log:`,
    schedulePastPrefix: `${tag}:schedule-past:`,
    schedulesChannel: `${tag}:schedules`,
  };
}
