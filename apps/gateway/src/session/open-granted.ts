import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { userChannel } from "@switchyard/protocol/channel-name";
import type { ConnectRequest } from "@switchyard/protocol/commands/connect";
import type { GrantedSubscription } from "../access/token-claims.ts";
import { checkChannelName } from "../doors/centrifuge/check-channel.ts";
import type { CommandOutcome } from "../doors/centrifuge/command-outcome.ts";
import { openSubscription, type OpenedSubscription } from "./open-subscription.ts";
import type { SessionServices } from "./services.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "../hub/subscription.ts";

export interface OpenGranted {
  readonly session: Session;
  readonly channels: ReadonlyMap<string, GrantedSubscription>;
  /** Where the client stands in which of them. */
  readonly positions: NonNullable<ConnectRequest["subs"]>;
  readonly services: SessionServices;
}

export type OpenedGranted = OpenedSubscription & { readonly subscription: Subscription };

/**
 * Opens the subscriptions a connection begins with. They come from the back end, so what namespaces allow to clients does not
 * matter; that the namespaces exist, and are not the hub's own, does.
 */
export async function openGranted(
  open: OpenGranted,
): Promise<{ readonly subscriptions: readonly OpenedGranted[] } | CommandOutcome> {
  const { session, channels, services } = open;
  const checked: { readonly channel: ChannelName; readonly options: ChannelOptions }[] = [];
  for (const name of channels.keys()) {
    // Everybody has their own; the one of somebody else is nobody's to grant.
    const isOwn = session.user !== "" && name === userChannel(session.user);
    const one = checkChannelName(name, isOwn ? "subscribe_own" : "grant", services);
    if ("kind" in one) return one;
    checked.push(one);
  }
  const opened = await Promise.all(
    checked.map(({ channel, options }) => openOne(channel, { ...options, ...channels.get(channel)?.override }, open)),
  );
  return { subscriptions: opened.flatMap((one) => one ?? []) };
}

/** Undefined when the session has ended meanwhile. */
async function openOne(
  channel: ChannelName,
  options: ChannelOptions,
  { session, channels, positions, services }: OpenGranted,
): Promise<OpenedGranted | undefined> {
  const grant = channels.get(channel) ?? {};
  const subscription = session.join(channel, true);
  if (subscription === undefined) return undefined;
  if (grant.info !== undefined) session.grant(subscription, { info: grant.info });
  const { result, position } = await openSubscription({
    services,
    subscription,
    info: session.clientInfo(channel),
    options,
    request: positions[channel] ?? {},
  });
  const data = grant.data === undefined ? {} : { data: grant.data };
  return { subscription, result: { ...result, ...data }, position };
}
