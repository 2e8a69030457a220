import { readJson } from "@switchyard/protocol/read-json";
import type { ChannelKind } from "@switchyard/pusher/channel";
import { channelText, isAuthOf } from "@switchyard/pusher/signature";
import type { SubscriptionAccess } from "../../hub/subscription.ts";
import { appUserIdFault } from "./app-user-id.ts";
import type { SubscriptionRefusal } from "./frames.ts";
import type { PusherConnection } from "./pusher-connection.ts";
import { textOf, type PusherMessage } from "./read-message.ts";

/** By what right a client may be in a channel, and who it is there. */
export type Right = { readonly access: SubscriptionAccess | undefined } | SubscriptionRefusal;

/** Bytes of what an app says of a member, which every other member is sent. */
const infoMaxBytes = 4_096;

/** Whether the app, or the channel's own openness, lets this client in. `isInsecure` asks for no signature (development). */
export function findRight(
  { app, client, user }: PusherConnection,
  { name, kind, message }: { readonly name: string; readonly kind: ChannelKind; readonly message: PusherMessage },
  isInsecure: boolean,
): Right {
  if (kind.access === "public") return { access: undefined };
  if (kind.access === "user") {
    const isOwn = user !== undefined && name === `#server-to-user-${user.id}`;
    return isOwn
      ? { access: undefined }
      : refused("this channel is for the one user who has signed in as its name says");
  }
  const data = message.fields["channel_data"];
  const channelData = kind.access === "presence" && typeof data === "string" ? data : undefined;
  const text = channelText({ socketId: client.id, channel: name, channelData });
  if (!isInsecure && !isAuthOf(app, text, textOf(message, "auth"))) {
    return refused(`auth: is not the signature of this app for ${JSON.stringify(text)}`);
  }
  if (kind.access === "private") return { access: undefined };
  if (channelData !== undefined) return readMember(channelData);
  if (user !== undefined) return { access: { user: user.id, info: user.info } };
  return refused("channel_data: is missing, and nobody has signed in");
}

/** Of a presence channel. The number an app may give for an id becomes a text. */
function readMember(channelData: string): Right {
  try {
    const read = readJson(channelData);
    if ("problem" in read) return refused(`channel_data: ${read.problem}`);
    const { user_id: id, user_info: info } = (read.exact ?? {}) as Record<string, unknown>;
    const user = typeof id === "string" ? id : String(JSON.stringify(id));
    const isId = typeof id === "string" || /^\d+$/.test(user);
    if (!isId || user === "") return refused("channel_data.user_id: must be a text or a whole number");
    const fault = appUserIdFault(user);
    if (fault !== undefined) return refused(`channel_data.user_id: ${fault}`);
    if (Buffer.byteLength(JSON.stringify(info) ?? "") > infoMaxBytes) {
      return refused(`channel_data.user_info: is larger than ${infoMaxBytes} bytes`);
    }
    return { access: { user, ...(info === undefined ? {} : { info }) } };
  } catch {
    return refused("channel_data: is not JSON");
  }
}

function refused(error: string): SubscriptionRefusal {
  return { type: "AuthError", error, httpStatus: 401 };
}
