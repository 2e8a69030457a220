import { encodeConnectResult, type ConnectRequest } from "@switchyard/protocol/commands/connect";
import type { SubscribeResult } from "@switchyard/protocol/commands/subscribe";
import { userChannel } from "@switchyard/protocol/channel-name";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { HubError } from "@switchyard/protocol/hub-error";
import type { ConnectionClaims } from "../../access/token-verifier.ts";
import { errorOutcome, type CommandOutcome } from "../command-outcome.ts";
import { openSubscription } from "../open-subscription.ts";
import type { SessionServices } from "../services.ts";
import type { Session } from "../session.ts";
import type { Subscription } from "../subscription.ts";

/** Who connects; then the subscriptions the server makes for them, recovered where the client names a position. */
export async function connect(
  session: Session,
  request: ConnectRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const { sessions, client } = services;
  if (client.connection_limit > 0 && sessions.count >= client.connection_limit) {
    return { kind: "disconnect", disconnect: disconnectCodes.connectionLimit };
  }
  const authenticated = await authenticate(request.token ?? "", services);
  if ("kind" in authenticated) return authenticated;
  session.authenticate(authenticated);

  const opened = await openServerSide(session, request, services);
  const ttl = session.ttlSeconds();
  const resultJson = encodeConnectResult({
    client: session.id,
    version: services.node.version,
    ...(ttl === undefined ? {} : { expires: true, ttl }),
    ping: services.pingSeconds,
    pong: true,
    node: services.node.uid,
    subs: new Map(opened.map(({ subscription, result }) => [subscription.channel, result])),
  });
  return {
    kind: "reply",
    resultJson,
    afterReply: () => {
      session.connected();
      for (const { subscription, position } of opened) subscription.goLive(position);
    },
  };
}

async function authenticate(
  token: string,
  { client, tokens }: SessionServices,
): Promise<ConnectionClaims | CommandOutcome> {
  if (token === "") {
    const mayBeAnonymous = client.insecure || client.allow_anonymous_connect_without_token;
    if (mayBeAnonymous) return { user: "", expiresAtMs: undefined, info: undefined };
    return errorOutcome("unauthorized", "connect needs a token");
  }
  const verdict = await tokens.connection(token);
  switch (verdict.kind) {
    case "valid":
      return verdict.claims;
    case "expired":
      return errorOutcome("tokenExpired");
    case "invalid":
      return { kind: "disconnect", disconnect: disconnectCodes.invalidToken };
    default:
      return verdict;
  }
}

interface Opened {
  readonly subscription: Subscription;
  readonly result: SubscribeResult;
  readonly position: { readonly offset: number; readonly epoch: string } | undefined;
}

/** Every user gets the channel of everything addressed to them. */
async function openServerSide(session: Session, request: ConnectRequest, services: SessionServices): Promise<Opened[]> {
  if (session.user === "") return [];
  const channel = userChannel(session.user);
  const options = services.rules.find(channel);
  if (options === undefined) throw new HubError("internal", "the namespace `user` is missing");
  const subscription = session.join(channel, true);
  if (subscription === undefined) return [];
  const { hub, broker, client } = services;
  const opened = await openSubscription({
    hub,
    broker,
    subscription,
    options,
    request: request.subs?.[channel] ?? {},
    recoveryLimit: client.recovery_max_publication_limit,
  });
  return [{ subscription, ...opened }];
}
