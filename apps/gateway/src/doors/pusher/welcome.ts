import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelKind } from "@switchyard/pusher/channel";
import type { Subscribed } from "../../session/subscribe-client.ts";
import { frame, textFrame } from "./frames.ts";
import { presenceJson } from "./presence-frames.ts";
import { positionFrame } from "./pusher-encoder.ts";
import type { PusherConnection } from "./pusher-connection.ts";
import type { Occupant, Room } from "./room.ts";
import type { PusherShared } from "./services.ts";
import { tellWebhooks } from "./tell-webhooks.ts";

export interface Welcomed {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly channel: ChannelName;
  readonly subscribed: Subscribed;
  /** Of a presence channel, held for this client. */
  readonly room: Room | undefined;
  readonly infoJson: string | undefined;
}

/** Tells a client that it is in, who is there, what it has missed or what the channel's last event was; then what comes. */
export function welcome(connection: PusherConnection, welcomed: Welcomed, services: PusherShared): void {
  const { app, client, line, releases } = connection;
  const { name, kind, channel, subscribed, room, infoJson } = welcomed;
  const { subscription } = subscribed;
  const occupant: Occupant = {
    get isGone() {
      // The subscription may be another one by then, when something was lost and the gateway continued for the client.
      return !client.subscriptions.has(channel);
    },
    send: (message) => line.send(message),
  };
  // A subscription that the server has ended has left its room behind.
  releases.get(channel)?.();
  releases.delete(channel);
  const event = "pusher_internal:subscription_succeeded";
  if (room === undefined) {
    line.send(frame({ event, channel: name }));
  } else {
    room.see(client.infoIn(channel).user, infoJson);
    line.send(textFrame({ event, channel: name, dataJson: presenceJson(room) }));
    room.enter(occupant);
    releases.set(channel, () => {
      room.leave(occupant);
      services.rooms.release(channel);
    });
  }
  tellPast(connection, welcomed, services);
  subscription.goLive(subscribed.position);
  if (room !== undefined || !app.subscription_count || kind.access === "user") return;
  releases.set(channel, () => services.counts.leave(channel, occupant));
  // What cannot be counted now is counted with the next change.
  services.counts.enter(channel, name, occupant).catch(() => undefined);
}

function tellPast(
  { app, client, line, positions }: PusherConnection,
  { name, kind, channel, subscribed }: Welcomed,
  services: PusherShared,
): void {
  const { position, recovery } = subscribed;
  const missed = recovery?.publications ?? [];
  if (positions !== undefined && position !== undefined && subscribed.isRecoverable) {
    const isContinued = recovery?.isComplete === true && !kind.isCache;
    line.send(positionFrame(name, isContinued ? { ...position, offset: recovery.from.offset } : position));
    if (recovery?.isComplete === false) line.send(frame({ event: "hub:lost", channel: name }));
  }
  for (const publication of missed) client.tell({ kind: "publication", channel, publication });
  if (!kind.isCache || missed.length > 0) return;
  line.send(frame({ event: "pusher:cache_miss", channel: name }));
  tellWebhooks(app, { name: "cache_miss", channel: name }, services);
}
