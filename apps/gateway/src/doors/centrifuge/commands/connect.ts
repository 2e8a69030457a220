import { userChannel } from "@switchyard/protocol/channel-name";
import { encodeConnectResult, type ConnectRequest } from "@switchyard/protocol/commands/connect";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { GrantedSubscription } from "../../../access/token-claims.ts";
import { anonymous, type Credentials } from "../../../access/token-kind.ts";
import { errorOutcome, type CommandOutcome } from "../command-outcome.ts";
import { expiryFields } from "../expiry-fields.ts";
import { openGranted } from "../../../session/open-granted.ts";
import type { SessionServices } from "../../../session/services.ts";
import type { Session } from "../../../session/session.ts";
import { tokenRefusal } from "../token-refusal.ts";

/** Who connects; then the subscriptions the server makes for them, recovered where the client names a position. */
export async function connect(
  session: Session,
  request: ConnectRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const authenticated = await authenticate(request.token ?? "", services);
  if ("kind" in authenticated) return authenticated;
  const { subscriptions: granted, ...credentials } = authenticated;
  // Counted and listed in the same turn: no crowd gets past a limit together, and no revocation falls in between.
  if (isOverLimit(credentials.user, services))
    return { kind: "disconnect", disconnect: disconnectCodes.connectionLimit };
  session.authenticate(credentials);

  // Every user gets the channel of everything addressed to them.
  const channels = new Map(granted);
  if (credentials.user !== "") channels.set(userChannel(credentials.user), {});
  if (channels.size > services.client.channel_limit)
    return { kind: "disconnect", disconnect: disconnectCodes.channelLimit };
  const opened = await openGranted({ session, channels, positions: request.subs ?? {}, services });
  if ("kind" in opened) return opened;

  const resultJson = encodeConnectResult({
    client: session.id,
    version: services.node.version,
    ...expiryFields(credentials.expiresAtMs),
    ping: services.pingSeconds,
    pong: true,
    node: services.node.uid,
    subs: new Map(opened.subscriptions.map(({ subscription, result }) => [subscription.channel, result])),
  });
  return {
    kind: "reply",
    resultJson,
    afterReply: () => {
      session.connected();
      for (const { subscription, position } of opened.subscriptions) subscription.goLive(position);
    },
  };
}

type Arrival = Credentials & { readonly subscriptions: ReadonlyMap<string, GrantedSubscription> };

async function authenticate(token: string, services: SessionServices): Promise<Arrival | CommandOutcome> {
  const { client, tokens, logger } = services;
  if (token === "") {
    const mayBeAnonymous = client.insecure || client.allow_anonymous_connect_without_token;
    return mayBeAnonymous
      ? { ...anonymous, subscriptions: new Map() }
      : errorOutcome("unauthorized", "connect needs a token");
  }
  const verdict = await tokens.connection(token);
  if (verdict.kind !== "valid") {
    logger.debug(verdict, "connection token refused");
    return tokenRefusal(verdict, { kind: "disconnect", disconnect: disconnectCodes.invalidToken });
  }
  return verdict.claims;
}

/** Anonymous clients have nothing in common, so a bound on one user's connections is not for them. */
function isOverLimit(user: string, { client, sessions }: SessionServices): boolean {
  const { connection_limit: limit, user_connection_limit: limitOfUser } = client;
  if (limit > 0 && sessions.count >= limit) return true;
  return limitOfUser > 0 && user !== "" && sessions.countOfUser(user) >= limitOfUser;
}
