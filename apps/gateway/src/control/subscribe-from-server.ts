import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { ServerGrant } from "@switchyard/broker/node-command";
import type { Logger } from "@switchyard/runtime/logger";
import type { Client } from "../session/client.ts";
import { subscribeClient, type Subscribed, type SubscribeServices } from "../session/subscribe-client.ts";

export interface FromServer {
  readonly channel: ChannelName;
  readonly grant?: ServerGrant;
}

/** Subscribes a client because the back end says so; what the namespace allows to clients does not matter here. */
export async function subscribeFromServer(
  client: Client,
  { channel, grant = {} }: FromServer,
  services: SubscribeServices & { readonly rules: ChannelRules; readonly logger: Logger },
): Promise<void> {
  const options = services.rules.find(channel);
  if (options === undefined || client.subscriptions.has(channel)) return;
  const { info, expiresAtMs, recoverSince, dataJson, override } = grant;
  const isGranted = info !== undefined || expiresAtMs !== undefined;
  try {
    const subscribed = await subscribeClient(
      {
        client,
        channel,
        options: { ...options, ...override },
        isServerSide: true,
        access: isGranted ? { info, expiresAtMs } : undefined,
        wish: { from: recoverSince },
      },
      services,
    );
    if (subscribed !== undefined && !subscribed.subscription.hasEnded) tellSubscribed(client, subscribed, dataJson);
  } catch (error) {
    services.logger.warn({ err: error }, "server-side subscribe failed");
  }
}

/** The client is told that it is subscribed, then what it has missed, then what comes. */
function tellSubscribed(client: Client, subscribed: Subscribed, dataJson?: string): void {
  const { subscription, isRecoverable, position, recovery } = subscribed;
  const { channel } = subscription;
  const isContinued = recovery?.isComplete === true;
  // It advances by each publication it is handed, so it is told where it stood.
  const stands = position !== undefined && isContinued ? { ...position, offset: recovery.from.offset } : position;
  client.tell({
    kind: "subscribed",
    channel,
    isRecoverable,
    position: stands,
    isRecovered: recovery?.isComplete,
    dataJson,
  });
  for (const publication of recovery?.publications ?? []) client.tell({ kind: "publication", channel, publication });
  subscription.goLive(position);
}
