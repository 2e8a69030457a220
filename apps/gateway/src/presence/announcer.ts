import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { HubEvent, HubEvents } from "@switchyard/broker/hub-events";
import type { PresenceChange } from "@switchyard/broker/presence";
import { splitChannelName } from "@switchyard/protocol/channel-name";

/** Tells back ends of channels that got their first client or lost their last one. */
export function createAnnouncer(events: Pick<HubEvents, "tell">, rules: Pick<ChannelRules, "find">) {
  return (channel: ChannelName, { edge, atUs }: PresenceChange): void => {
    if (edge === undefined || rules.find(channel)?.channel_state_events !== true) return;
    events.tell(toEvent(channel, edge, atUs));
  };
}

function toEvent(channel: string, edge: "occupied" | "vacated", seq: number): HubEvent {
  const { namespace, rest } = splitChannelName(channel);
  if (namespace !== "user") return { event: edge, channel, seq };
  return { event: edge === "occupied" ? "online" : "offline", user: rest, seq };
}
