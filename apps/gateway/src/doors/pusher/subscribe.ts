import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { HubError } from "@switchyard/protocol/hub-error";
import { hubChannel, hubUser, kindOfChannel, nameProblem, type ChannelKind } from "@switchyard/pusher/channel";
import type { SubscriptionAccess } from "../../hub/subscription.ts";
import { checkChannel, checkChannelName } from "../../session/check-channel.ts";
import { subscribeClient, type Subscribed } from "../../session/subscribe-client.ts";
import { refusalFrame, type SubscriptionRefusal } from "./frames.ts";
import { findRight } from "./member.ts";
import type { PusherConnection } from "./pusher-connection.ts";
import { textOf, type PusherMessage } from "./read-message.ts";
import { presenceFrames } from "./presence-frames.ts";
import type { PusherShared } from "./services.ts";
import { welcome } from "./welcome.ts";

/**
 * A client asks to be in a channel. It is told that it is, or why not. Clients take a refusal for good and never ask again, so what is
 * told as one is what would be refused the next time, too.
 * @throws HubError that is temporary: the client has been told nothing
 */
export async function subscribe(
  connection: PusherConnection,
  message: PusherMessage,
  services: PusherShared,
): Promise<void> {
  const name = textOf(message, "channel");
  const refused = await trySubscribe(connection, { name, message }, services);
  if (refused === undefined) return;
  connection.line.send(refusalFrame(name, refused));
}

interface Asked {
  readonly name: string;
  readonly message: PusherMessage;
}

async function trySubscribe(
  connection: PusherConnection,
  { name, message }: Asked,
  services: PusherShared,
): Promise<SubscriptionRefusal | undefined> {
  const { app, client } = connection;
  const problem = nameProblem(name);
  if (problem !== undefined) return unfit(problem);
  const kind = kindOfChannel(name);
  // The hub's name of it was made here, so `channel_regex`, which is for names that clients choose, is asked where they do.
  const check = kind.access === "public" ? checkChannel : checkChannelName;
  const checked = check(hubChannel(app, name), kind.access === "user" ? "subscribe_own" : "grant", services);
  if ("kind" in checked) return unfit(checked.kind === "error" ? checked.error.publicMessage : "is refused");
  if (client.subscriptions.has(checked.channel)) return unfit("this connection is subscribed to it already");
  const limit = services.client.channel_limit;
  if (client.subscriptions.size >= limit) return full(`${limit} channels per connection (client.channel_limit)`);
  const right = findRight(connection, { name, kind, message }, services.client.insecure);
  if ("type" in right) return right;
  const access = right.access && { ...right.access, token: bearerOf(connection, right.access) };
  if (access !== undefined && services.revocations.isRevoked({ ...access.token, client: client.id })) {
    return { type: "AuthError", error: "this user is shut out", httpStatus: 403 };
  }
  try {
    return await enter(connection, { name, kind, ...checked, access }, services);
  } catch (error) {
    if (!(error instanceof HubError) || error.temporary) throw error;
    return { type: "LimitReached", error: error.publicMessage, httpStatus: 403 };
  }
}

/** Who the app says the client is in this channel, which need not have signed in: a revocation finds it by this. */
function bearerOf({ app, openedAtMs }: PusherConnection, { user = "" }: SubscriptionAccess) {
  return { user: user === "" ? "" : hubUser(app, user), tokenId: "", issuedAtMs: openedAtMs };
}

interface Entering {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly channel: ChannelName;
  readonly options: ChannelOptions;
  readonly access: SubscriptionAccess | undefined;
}

async function enter(
  connection: PusherConnection,
  entering: Entering,
  services: PusherShared,
): Promise<SubscriptionRefusal | undefined> {
  const { app, client } = connection;
  const { name, channel, access, kind } = entering;
  const user = access?.user ?? "";
  // Before the client is in the channel, so that one too many is not seen by anybody.
  const room = kind.access === "presence" ? await services.rooms.hold(channel, presenceFrames(name)) : undefined;
  const letGo = () => void (room !== undefined && services.rooms.release(channel));
  const limit = app.presence_member_limit;
  if (room !== undefined && room.users.size >= limit && !room.users.has(user)) {
    letGo();
    return full(`${limit} users in one presence channel (presence_member_limit)`);
  }
  try {
    const subscribed = await open(connection, entering, services);
    if (subscribed === undefined || subscribed.subscription.hasEnded) letGo();
    else welcome(connection, { ...entering, subscribed, room, infoJson: infoOf(client.infoIn(channel)) }, services);
    return undefined;
  } catch (error) {
    letGo();
    throw error;
  }
}

/** What the others may know of it, as the hub keeps it. */
function infoOf({ chan_info, conn_info }: { chan_info?: unknown; conn_info?: unknown }): string | undefined {
  const info = chan_info ?? conn_info;
  return info === undefined ? undefined : JSON.stringify(info);
}

function open(
  { client, positions }: PusherConnection,
  { name, kind, channel, options, access }: Entering,
  services: PusherShared,
): Promise<Subscribed | undefined> {
  const mayRecover = options.force_recovery || options.allow_recovery;
  const isRecovering = positions !== undefined && mayRecover;
  const from = kind.isCache || !isRecovering ? undefined : positions.get(name);
  // It is where the client stood when it came back; should it leave the channel and enter it again, it stands elsewhere.
  positions?.delete(name);
  return subscribeClient(
    {
      client,
      channel,
      options: { ...options, ...(kind.isCache ? cache : isRecovering ? {} : watched) },
      // Where a hole cannot be filled the client is sent away, and comes back at once: nothing in the protocol ends a subscription.
      isServerSide: true,
      access,
      wish: { isRecoverable: isRecovering, from },
    },
    services,
  );
}

/** A new subscriber is handed the newest event. */
const cache = { force_recovery: true, force_recovery_mode: "cache", auto_cache_recover: true } as const;
/** It need not know where it stands: the gateway does, and fills holes. */
const watched = { force_recovery: false, force_positioning: true };

function unfit(problem: string): SubscriptionRefusal {
  return { type: "InvalidChannel", error: `channel: ${problem}`, httpStatus: 400 };
}

function full(what: string): SubscriptionRefusal {
  return { type: "LimitReached", error: `there may be ${what}`, httpStatus: 403 };
}
