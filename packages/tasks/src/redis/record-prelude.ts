import { derivedRecordLua } from "@switchyard/protocol/task-record-key";
import { readChunk } from "./lua-chunk.ts";
import type { RecordAnnouncement } from "./record-announcement.ts";
import type { TaskKeys } from "./task-keys.ts";

const dayMs = 86_400_000;
/**
 * A record nothing has happened to for so long goes away by itself, so that tasks removed behind our back leave nothing for
 * ever. Should its task run after all, the record is made anew as for a task without one.
 */
export const quietRecordTtlMs = 30 * dayMs;

/** What stands before every script that changes records. */
export function recordPrelude(keys: TaskKeys, announcement: RecordAnnouncement | undefined): string {
  const announce = announcement?.lua ?? "local announceRecord, recordIsWatched, anyIsWatched = false, false, false\n";
  return `${announce}\n${readChunk(derivedRecordLua)}\n${readChunk(new URL("./chunks/record.lua", import.meta.url), recordConstants(keys))}\n`;
}

export function recordConstants(keys: TaskKeys) {
  return {
    RECORD: keys.recordPrefix,
    JOB: `${keys.queuePrefix}:${keys.queueName}:`,
    SETTLED: keys.settledPrefix,
    QUIET_TTL_MS: quietRecordTtlMs,
  };
}
