import type { Redis } from "ioredis";
import type { AcceptedTask } from "../accept-request.ts";
import type { Task, TaskRecord } from "../task.ts";
import { beginAttempt, type BeginReply } from "./begin-attempt.ts";
import { changeRecord, type ChangeReply } from "./change-record.ts";
import { createRecord, type CreateReply } from "./create-record.ts";
import { parseRecord, type RecordChange } from "./record-fields.ts";
import type { TaskKeys } from "./task-keys.ts";

/** The records of all tasks. Every method is one step in Redis. */
export interface RecordStore {
  create(task: AcceptedTask): Promise<CreateReply>;
  begin(task: Task, execution: Execution): Promise<BeginReply>;
  change(taskId: string, fence: string, change: RecordChange): Promise<ChangeReply>;
  read(taskId: string): Promise<TaskRecord | undefined>;
}

/** What an attempt needs to begin; the last two serve a task that has no record yet. */
export interface Execution {
  readonly fence: string;
  readonly attempt: number;
  readonly resultTtlMs: number;
  readonly enqueuedAtMs: number;
}

const dayMs = 86_400_000;
/**
 * A record nothing has happened to for so long goes away by itself, so that tasks removed behind our back leave nothing for
 * ever. Should its task run after all, the record is made anew as for a task without one.
 */
const quietRecordTtlMs = 30 * dayMs;
/** Idempotency keys outlive the task and its record: a producer may repeat a request a day later. */
const idempotencyTtlMs = dayMs;

export function createRecordStore(redis: Redis, keys: TaskKeys): RecordStore {
  return {
    create: (task) =>
      createRecord.run(redis, {
        keys: { record: keys.record(task.id), idempotency: keys.idempotency(task.idempotencyKey ?? "") },
        args: {
          ...pick(task),
          resultTtlMs: task.resultTtlMs,
          recordTtlMs: quietRecordTtlMs + task.delayMs,
          digest: task.digest,
          keyTtlMs: idempotencyTtlMs + task.delayMs + task.resultTtlMs,
        },
      }),
    begin: (task, execution) =>
      beginAttempt.run(redis, {
        keys: { record: keys.record(task.id) },
        args: { ...pick(task), ...execution, recordTtlMs: quietRecordTtlMs },
      }),
    change: (taskId, fence, { status, percent, message, result, error }) =>
      changeRecord.run(redis, {
        keys: { record: keys.record(taskId) },
        args: {
          fence,
          status,
          percent: encode(percent),
          message: encode(message),
          result: result ?? "",
          error: encode(error),
          recordTtlMs: quietRecordTtlMs,
          settledChannel: keys.settledChannel(taskId),
        },
      }),
    read: async (taskId) => parseRecord(await redis.hgetall(keys.record(taskId))),
  };
}

function pick({ id, handler, group, user, attempts }: Task) {
  return { id, handler, group, user, attempts };
}

function encode(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}
