import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { userChannel } from "@switchyard/protocol/channel-name";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { Payload } from "@switchyard/protocol/payload";
import type { GrantedSubscription } from "../access/token-claims.ts";
import type { Credentials } from "../access/token-kind.ts";
import { shutOutReason } from "../access/shut-out-reason.ts";
import type { TokenVerifier } from "../access/token-verifier.ts";
import { askWhoConnects, nobody, type Arrived, type ConnectWords } from "./ask-who-connects.ts";
import { checkChannelName } from "./check-channel.ts";
import type { Client } from "./client.ts";
import { ownInbox } from "./own-inbox.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { SessionServices } from "./services.ts";
import { subscribeClient, type Snapshot, type Subscribed, type SubscribeWish } from "./subscribe-client.ts";
import { tokenRefusal } from "./token-refusal.ts";

export interface AdmissionRequest {
  /** Empty: the client has none. */
  readonly token: string;
  /** Whom it says it is, where its door takes that for true; in place of a token. */
  readonly believedUser?: string | undefined;
  /** For the back end, where it is asked who connects. */
  readonly words?: ConnectWords | undefined;
  /** What the client wishes of a channel the server subscribes it to, such as to continue where it stands. */
  readonly wishFor: (channel: string) => SubscribeWish;
}

/** Once the door has told the client what it has been given, it calls `begin` in the same turn. */
export interface Admitted {
  readonly credentials: Credentials;
  readonly subscriptions: readonly GrantedAndOpened[];
  /** The back end's words to the client. */
  readonly data: Payload | undefined;
  begin(): void;
}

export interface GrantedAndOpened extends Subscribed {
  /** The back end's words to this subscriber: JSON text. */
  readonly dataJson: string | undefined;
}

export type AdmissionServices = SessionServices & {
  readonly tokens: Pick<TokenVerifier, "connection" | "believe" | "vouch">;
};

/**
 * Lets a client in: who it is, whether there is room, and the subscriptions it begins with, which come from its token and,
 * for every user, the channel of everything addressed to them. They are recovered where the client says where it stands.
 * @throws HubError 100 when Redis does not answer
 */
export async function admit(
  client: Client,
  { token, believedUser, words, wishFor }: AdmissionRequest,
  services: AdmissionServices,
): Promise<Admitted | Refusal> {
  client.knocked();
  const authenticated =
    believedUser === undefined
      ? await authenticate(client, { token, words }, services)
      : believe(believedUser, services);
  if ("kind" in authenticated) return authenticated;
  const { subscriptions: granted, data, ...credentials } = authenticated;
  const overLimit = enlist(client, credentials, services);
  if (overLimit !== undefined) return overLimit;

  const grants = new Map(granted);
  if (credentials.user !== "") grants.set(userChannel(credentials.user), {});
  if (grants.size > services.client.channel_limit)
    return { kind: "disconnect", disconnect: disconnectCodes.channelLimit };
  const channels = checkGrants(credentials.user, grants, services);
  if ("kind" in channels) return channels;
  const opened = await Promise.all(channels.map((channel) => open(client, channel, wishFor, services)));
  const subscriptions = opened.flatMap((one) => one ?? []);
  return {
    credentials,
    subscriptions,
    data,
    begin() {
      client.connected();
      for (const { subscription, position } of subscriptions) subscription.goLive(position);
    },
  };
}

/**
 * Lists a client that has shown who it is, or that need not, if there is room and nobody has shut it out. Looked at, counted and listed in the
 * same turn: no crowd gets past a limit together, and no revocation or block falls in between, however long it took to learn who it is.
 */
export function enlist(client: Client, credentials: Credentials, services: SessionServices): Refusal | undefined {
  const shutOut = shutOutReason({ ...credentials, client: client.id }, services.revocations);
  if (shutOut !== undefined) return { kind: "disconnect", disconnect: shutOut };
  if (isOverLimit(credentials.user, services)) {
    return { kind: "disconnect", disconnect: disconnectCodes.connectionLimit };
  }
  client.authenticate(credentials);
  return undefined;
}

async function authenticate(
  arriving: Client,
  { token, words = {} }: Pick<AdmissionRequest, "token" | "words">,
  services: AdmissionServices,
): Promise<Arrived | Refusal> {
  const { client, hooks, tokens, logger } = services;
  if (token === "") {
    if (hooks?.connect !== undefined) return askWhoConnects(arriving, { hook: hooks.connect, words }, services);
    const mayBeAnonymous = client.insecure || client.allow_anonymous_connect_without_token;
    return mayBeAnonymous ? nobody : refuse("unauthorized", "connect needs a token, in its field `token`");
  }
  const verdict = await tokens.connection(token);
  if (verdict.kind !== "valid") {
    logger.debug(verdict, "connection token refused");
    return tokenRefusal(verdict, { kind: "disconnect", disconnect: disconnectCodes.invalidToken });
  }
  const isAskedAbout = hooks?.refresh !== undefined && client.proxy.refresh.token_connections;
  return isAskedAbout ? { ...verdict.claims, refreshedBy: "server" } : verdict.claims;
}

function believe(user: string, { tokens }: AdmissionServices): Arrived | Refusal {
  const verdict = tokens.believe(user);
  if (verdict.kind === "valid") return verdict.claims;
  const detail = "reason" in verdict ? verdict.reason : verdict.kind;
  return { kind: "disconnect", disconnect: { ...disconnectCodes.permissionDenied, detail } };
}

/** Anonymous clients have nothing in common, so a bound on one user's connections is not for them. */
function isOverLimit(user: string, { client, sessions }: SessionServices): boolean {
  const { connection_limit: limit } = client;
  if (limit > 0 && sessions.count >= limit) return true;
  return isUserOverLimit(user, { client, sessions });
}

/** The second bound alone, for a client that is counted already and says later who it is. */
export function isUserOverLimit(
  user: string,
  { client, sessions }: Pick<SessionServices, "client" | "sessions">,
): boolean {
  const { user_connection_limit: limitOfUser } = client;
  return limitOfUser > 0 && user !== "" && sessions.countOfUser(user) >= limitOfUser;
}

interface GrantedChannel {
  readonly channel: ChannelName;
  readonly options: ChannelOptions;
  readonly grant: GrantedSubscription;
  readonly snapshot: Snapshot | undefined;
}

/**
 * Grants come from the back end, so what namespaces allow to clients does not matter; that the namespaces exist, and are not
 * the hub's own, does.
 */
function checkGrants(
  user: string,
  grants: ReadonlyMap<string, GrantedSubscription>,
  services: SessionServices,
): readonly GrantedChannel[] | Refusal {
  const channels: GrantedChannel[] = [];
  for (const [name, grant] of grants) {
    // All users have their own; that of another user is not to be granted by anybody.
    const snapshot = ownInbox(user, name, services);
    const isOwn = snapshot !== undefined || (user !== "" && name === userChannel(user));
    const checked = checkChannelName(name, isOwn ? "subscribe_own" : "grant", services);
    if ("kind" in checked) return checked;
    channels.push({ ...checked, options: { ...checked.options, ...grant.override }, grant, snapshot });
  }
  return channels;
}

/** Undefined when the client is gone meanwhile. */
async function open(
  client: Client,
  { channel, options, grant: { info, data }, snapshot }: GrantedChannel,
  wishFor: AdmissionRequest["wishFor"],
  services: SessionServices,
): Promise<GrantedAndOpened | undefined> {
  const access = info === undefined ? undefined : { info };
  const order = { client, channel, options, isServerSide: true, access, wish: wishFor(channel), snapshot };
  const subscribed = await subscribeClient(order, services);
  if (subscribed === undefined) return undefined;
  return { ...subscribed, dataJson: data === undefined ? undefined : JSON.stringify(data) };
}
