import type { TaskId } from "@switchyard/protocol/task-id";
import type { Logger } from "@switchyard/runtime/logger";
import type { ChangeReply } from "../redis/change-record.ts";
import type { RecordChange } from "../redis/record-fields.ts";
import type { RecordStore } from "../redis/record-store.ts";
import { repeatRefused } from "../redis/passing-refusal.ts";
import type { TaskRecord } from "../task.ts";
import type { OnRecord } from "../task-worker.ts";

/** One attempt's way to its record while it runs. */
export interface RecordWriter {
  /** All but `changed` say that the record is not this attempt's any more. */
  change(change: RecordChange): Promise<ChangeReply["verdict"]>;
  /** Hands a change that was made elsewhere to whoever looks on. */
  observe(record: TaskRecord): Promise<void>;
}

export interface RecordWriterOptions {
  readonly records: Pick<RecordStore, "change">;
  readonly onRecord: OnRecord;
  readonly logger: Logger;
  readonly taskId: TaskId;
  readonly fence: string;
}

export function createRecordWriter(options: RecordWriterOptions): RecordWriter {
  const { records, onRecord, logger, taskId, fence } = options;

  async function observe(record: TaskRecord): Promise<void> {
    try {
      await onRecord(record);
    } catch (error) {
      // The record is the truth, whoever missed the change reads it there.
      logger.warn({ err: error, seq: record.seq }, "change of a record not told");
    }
  }

  return {
    observe,
    async change(change) {
      const { verdict, record } = await repeatRefused(() => records.change(taskId, fence, change), logger);
      if (verdict !== "changed") logger.warn({ verdict, wanted: change.status }, "attempt fenced off");
      else if (record !== undefined) await observe(record);
      return verdict;
    },
  };
}
