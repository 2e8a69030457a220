import { frame, textFrame } from "./frames.ts";
import type { Room, RoomFrames } from "./room.ts";

/** What members of a presence channel are told of others; what an app says of a user stays as it was written. */
export function presenceFrames(channel: string): RoomFrames {
  return {
    added: (user, infoJson) =>
      textFrame({
        event: "pusher_internal:member_added",
        channel,
        dataJson: `{"user_id":${JSON.stringify(user)}${infoJson === undefined ? "" : `,"user_info":${infoJson}`}}`,
      }),
    removed: (user) => frame({ event: "pusher_internal:member_removed", channel, data: { user_id: user } }),
  };
}

/** Everybody who is there, for who has just come. */
export function presenceJson({ users }: Pick<Room, "users">): string {
  const ids = Array.from(users.keys(), (user) => JSON.stringify(user));
  // Null where an app says nothing: every member has an entry.
  const hash = Array.from(users, ([user, infoJson]) => `${JSON.stringify(user)}:${infoJson ?? "null"}`);
  return `{"presence":{"count":${ids.length},"ids":[${ids.join(",")}],"hash":{${hash.join(",")}}}}`;
}
