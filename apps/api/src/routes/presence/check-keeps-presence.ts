import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { HubError } from "@switchyard/protocol/hub-error";

/** @throws HubError 108 where nobody keeps who is there. */
export function checkKeepsPresence({ presence }: Pick<ChannelOptions, "presence">): void {
  if (presence) return;
  throw new HubError("notAvailable", "channel: it keeps no presence; set `presence` of its namespace");
}
