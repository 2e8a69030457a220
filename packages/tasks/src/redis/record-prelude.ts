import { derivedRecordLua, quietRecordTtlMs } from "@switchyard/protocol/task-record-key";
import { cancelledMax } from "../search/task-search.ts";
import { readChunk } from "./lua-chunk.ts";
import type { RecordAnnouncement } from "./record-announcement.ts";
import type { TaskKeys } from "./task-keys.ts";

/** What stands before every script that changes records. */
export function recordPrelude(keys: TaskKeys, announcement: RecordAnnouncement | undefined): string {
  const announce =
    announcement?.lua ??
    "local announceRecord, recordChannel, recordIsWatched, anyIsWatched = false, false, false, false\n";
  return `${announce}\n${readChunk(derivedRecordLua)}\n${readChunk(new URL("./chunks/record.lua", import.meta.url), recordConstants(keys))}\n`;
}

export function recordConstants(keys: TaskKeys) {
  return {
    RECORD: keys.recordPrefix,
    ATTEMPTS: keys.attemptsPrefix,
    JOB: `${keys.queuePrefix}:${keys.queueName}:`,
    SETTLED: keys.settledPrefix,
    QUIET_TTL_MS: quietRecordTtlMs,
    CANCELLED: keys.cancelledIds,
    CANCELLED_MAX: cancelledMax,
    RETRYING: keys.retryingIds,
  };
}
