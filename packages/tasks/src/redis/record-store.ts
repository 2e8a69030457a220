import type { TaskId } from "@switchyard/protocol/task-id";
import type { Redis } from "ioredis";
import type { Task, TaskRecord } from "../task.ts";
import { beginAttempt, type BeginReply } from "./begin-attempt.ts";
import { changeRecord, type ChangeReply } from "./change-record.ts";
import { encodeChange, parseRecordText, type RecordChange } from "./record-fields.ts";
import type { TaskKeys } from "./task-keys.ts";

/** The records of all tasks, where they are not created or settled together with their jobs. Every method is one step. */
export interface RecordStore {
  /** For a task that had no record when it was taken. */
  begin(task: Task, execution: Execution): Promise<BeginReply>;
  change(taskId: TaskId, fence: string, change: RecordChange): Promise<ChangeReply>;
  read(taskId: TaskId): Promise<TaskRecord | undefined>;
}

/** What an attempt needs to begin; the last two are for the record that is missing. */
export interface Execution {
  readonly fence: string;
  readonly attempt: number;
  readonly resultTtlMs: number;
  readonly enqueuedAtMs: number;
}

/** `prelude`: see `recordPrelude`. */
export function createRecordStore(redis: Redis, keys: TaskKeys, prelude: string): RecordStore {
  const place = { redis, prelude, slotKey: keys.recordPrefix };
  return {
    begin: ({ id, handler, group, user, attempts }, execution) =>
      beginAttempt.run(place, { id, handler, group, user, attempts, ...execution }),
    change(id, fence, change) {
      const [status = "", percent = "", message = "", result = "", error = ""] = encodeChange(change);
      return changeRecord.run(place, { id, fence, status, percent, message, result, error });
    },
    async read(taskId) {
      const text = await redis.get(keys.record(taskId));
      return text === null ? undefined : parseRecordText(text);
    },
  };
}
