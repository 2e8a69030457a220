import type { EventBatch, OccupancyEvent } from "@switchyard/broker/occupancy";
import { kindOfChannel } from "@switchyard/pusher/channel";
import type { PusherApp } from "@switchyard/pusher/apps";

type Webhook = PusherApp["webhooks"][number];

/** An event as Pusher's webhooks have it. */
interface WebhookEvent {
  readonly name: string;
  readonly channel: string;
  readonly [field: string]: unknown;
}

/**
 * What a receiver is sent of a batch: the same bytes whenever it is asked for, because they are what is signed and what a receiver
 * knows a repetition by. Undefined: there is nothing in it that the receiver wants.
 */
export function webhookBody({ timeMs, events }: EventBatch, { events: wanted }: Webhook): string | undefined {
  const told = events.map(toWebhookEvent).filter((event) => event !== undefined);
  const meant = told.filter(({ name }) => wanted.length === 0 || wanted.some((one) => one === name));
  return meant.length === 0 ? undefined : JSON.stringify({ time_ms: timeMs, events: meant });
}

function toWebhookEvent(event: OccupancyEvent): WebhookEvent | undefined {
  switch (event.kind) {
    case "occupied":
    case "vacated":
      return { name: `channel_${event.kind}`, channel: event.channel };
    case "joined":
      return { name: "member_added", channel: event.channel, user_id: event.user };
    case "left":
      return { name: "member_removed", channel: event.channel, user_id: event.user };
    case "count": {
      // Pusher has it of all channels but these, where members are told of.
      if (kindOfChannel(event.channel).access === "presence") return undefined;
      return { name: "subscription_count", channel: event.channel, subscription_count: event.subscriptions };
    }
    default:
      return JSON.parse(event.eventJson) as WebhookEvent;
  }
}
