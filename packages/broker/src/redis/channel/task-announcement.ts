import { taskChannelPrefix } from "@switchyard/protocol/channel-name";
import { knownChannelName } from "../../channel-name.ts";
import { channelKeyPrefix, pubsubPrefix } from "../keys.ts";

/**
 * How a script of another package publishes a task's record on its channel, in the very step that changes the record: a file
 * of Lua that defines `announceRecord(id, seq, body, nowMs, place)`, and the constants it needs in front of it. The record's `seq` is
 * the publication's version, so a watcher never goes backwards.
 *
 * Every process that changes records needs it, or a change made there is seen only by who asks.
 */
export function taskAnnouncement(prefix: string): {
  readonly file: URL;
  readonly constants: Readonly<Record<string, string>>;
} {
  return {
    file: new URL("./chunks/announce-task.lua", import.meta.url),
    constants: {
      PUBSUB: `${pubsubPrefix(prefix)}${taskChannelPrefix}`,
      CHANNEL: channelKeyPrefix(prefix, knownChannelName(taskChannelPrefix)),
    },
  };
}
