import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { HubError } from "@switchyard/protocol/hub-error";

/** @throws HubError 108 where there is no history to read or to remove. */
export function checkKeepsHistory({ keepsHistory }: Pick<ChannelOptions, "keepsHistory">): void {
  if (keepsHistory) return;
  throw new HubError("notAvailable", "channel: it keeps no history; set history_size and history_ttl of its namespace");
}
