import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ServerGrant } from "@switchyard/broker/control";
import { encodeSubscribePush } from "@switchyard/protocol/push";
import { openSubscription } from "../session/open-subscription.ts";
import type { SessionServices } from "../session/services.ts";
import type { Session } from "../session/session.ts";

export interface FromServer {
  readonly channel: ChannelName;
  readonly grant?: ServerGrant;
}

/** Subscribes a session because the back end says so; what the namespace allows to clients does not matter here. */
export async function subscribeFromServer(
  session: Session,
  { channel, grant = {} }: FromServer,
  services: SessionServices,
): Promise<void> {
  const { rules, logger } = services;
  const options = rules.find(channel);
  if (options === undefined || session.subscriptions.has(channel)) return;
  const subscription = session.join(channel, true);
  if (subscription === undefined) return;
  const { info, expiresAtMs, recoverSince, dataJson, override } = grant;
  if (info !== undefined || expiresAtMs !== undefined) session.grant(subscription, { info, expiresAtMs });
  try {
    const { result, position } = await openSubscription({
      services,
      subscription,
      info: session.clientInfo(channel),
      options: { ...options, ...override },
      request: recoverSince === undefined ? {} : { recover: true, ...recoverSince },
    });
    if (subscription.hasEnded) return;
    for (const push of encodeSubscribePush(channel, result, dataJson)) session.send(push);
    subscription.goLive(position);
  } catch (error) {
    logger.warn({ err: error }, "server-side subscribe failed");
    session.leave(subscription);
  }
}
