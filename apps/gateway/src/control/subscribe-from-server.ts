import { encodeSubscribePush } from "@switchyard/protocol/push";
import { openSubscription } from "../session/open-subscription.ts";
import type { SessionServices } from "../session/services.ts";
import type { Session } from "../session/session.ts";

/** Subscribes a session because the back end says so; what the namespace allows to clients does not matter here. */
export async function subscribeFromServer(session: Session, channel: string, services: SessionServices): Promise<void> {
  const { hub, reads, roster, rules, client, logger } = services;
  const options = rules.find(channel);
  if (options === undefined || session.subscriptions.has(channel)) return;
  const subscription = session.join(channel, true);
  if (subscription === undefined) return;
  try {
    const recoveryLimit = client.recovery_max_publication_limit;
    const { result, position } = await openSubscription({
      hub,
      reads,
      roster,
      subscription,
      info: session.clientInfo(channel),
      options,
      request: {},
      metrics: services.metrics,
      recoveryLimit,
    });
    session.send(Buffer.from(encodeSubscribePush(channel, result)));
    subscription.goLive(position);
  } catch (error) {
    logger.warn({ err: error }, "server-side subscribe failed");
    session.leave(subscription);
  }
}
