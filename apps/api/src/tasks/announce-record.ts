import type { Publisher } from "@switchyard/broker/broker";
import { taskChannel } from "@switchyard/protocol/channel-name";
import type { Logger } from "@switchyard/runtime/logger";
import type { TaskRecord } from "@switchyard/tasks/task";

/** Shows a task's new record to those who watch its channel. Never fails. */
export type AnnounceRecord = (record: TaskRecord) => Promise<void>;

/**
 * A worker may have published a later record by now. The record's `seq` is the version: what is not above the last one
 * published is dropped, so the channel never goes backwards.
 */
export function createRecordAnnouncer({
  publisher,
  logger,
}: {
  readonly publisher: Publisher;
  readonly logger: Logger;
}): AnnounceRecord {
  return async (record) => {
    try {
      await publisher.publish(taskChannel(record.id), { data: record }, { version: record.seq });
    } catch (error) {
      // The record is safe by now: a failed announcement must not make the caller send its request again.
      logger.warn({ err: error }, "record not announced");
    }
  };
}
