import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { taskChannel } from "@switchyard/protocol/channel-name";
import { readAnnouncement, type RecordAnnouncement } from "@switchyard/tasks/record-announcement";

/**
 * Tasks meet channels here: every change of a record is published on its task's channel by the script that makes the change.
 * The record's `seq` is the publication's version, so a watcher never goes backwards.
 */
export function announceRecords(prefix: string, rules: ChannelRules): RecordAnnouncement {
  const rule = rules.find(taskChannel(""));
  return readAnnouncement(new URL("./announce-record.lua", import.meta.url), {
    PREFIX: prefix,
    HISTORY_TTL_MS: rule?.historyTtlMs ?? 0,
    META_TTL_MS: rule?.historyMetaTtlMs ?? 0,
  });
}
