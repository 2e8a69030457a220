import { hubChannel, hubUser } from "@switchyard/pusher/channel";
import { checkChannelName } from "../../session/check-channel.ts";
import { frame } from "./frames.ts";
import type { PusherConnection } from "./pusher-connection.ts";
import type { Occupant, RoomFrames } from "./room.ts";
import type { PusherShared } from "./services.ts";

/** Users a client may watch. */
const watchedMax = 100;
const overflow = 4302;

/**
 * Tells a client which of the users on its list are online, and then whenever that changes: a user is online while a connection of
 * theirs, signed in, has the channel of what is addressed to them.
 */
export async function watch(
  connection: PusherConnection,
  watchlist: readonly string[],
  services: PusherShared,
): Promise<void> {
  const { app, client, line } = connection;
  if (watchlist.length > watchedMax) {
    connection.refuse(`the watchlist has ${watchlist.length} users; the first ${watchedMax} are watched`, overflow);
  }
  const online: string[] = [];
  const offline: string[] = [];
  const begin: (() => void)[] = [];
  const occupant: Occupant = {
    get isGone() {
      return client.state === "closed";
    },
    send: (message) => line.send(message),
  };
  for (const id of watchlist.slice(0, watchedMax)) {
    const checked = checkChannelName(hubChannel(app, `#server-to-user-${id}`), "subscribe_own", services);
    if ("kind" in checked) continue;
    const { channel } = checked;
    const room = await services.rooms.hold(channel, watchFrames(id));
    connection.releases.set(`watch ${channel}`, () => {
      room.leave(occupant);
      services.rooms.release(channel);
    });
    begin.push(() => {
      (room.users.has(hubUser(app, id)) ? online : offline).push(id);
      room.enter(occupant);
    });
  }
  // In one turn, so that the list is of one moment and what comes behind it is a change.
  for (const enter of begin) enter();
  const events = [
    { name: "online", user_ids: online },
    { name: "offline", user_ids: offline },
  ];
  line.send(watchFrame(events.filter(({ user_ids }) => user_ids.length > 0)));
  if (client.state === "closed") connection.closed();
}

function watchFrames(id: string): RoomFrames {
  return {
    added: () => watchFrame([{ name: "online", user_ids: [id] }]),
    removed: () => watchFrame([{ name: "offline", user_ids: [id] }]),
  };
}

function watchFrame(events: readonly object[]): Buffer {
  return frame({ event: "pusher_internal:watchlist_events", data: { events } });
}
