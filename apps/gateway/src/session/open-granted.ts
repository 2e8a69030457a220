import type { ConnectRequest } from "@switchyard/protocol/commands/connect";
import type { GrantedSubscription } from "../access/token-claims.ts";
import { checkChannelName } from "./check-channel.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { openSubscription, type OpenedSubscription } from "./open-subscription.ts";
import type { SessionServices } from "./services.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "./subscription.ts";

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
 * matter; that the namespaces exist does.
 */
export async function openGranted(
  open: OpenGranted,
): Promise<{ readonly subscriptions: readonly OpenedGranted[] } | CommandOutcome> {
  const { channels, services } = open;
  for (const channel of channels.keys()) {
    const checked = checkChannelName(channel, services);
    if ("kind" in checked) return checked;
  }
  const opened = await Promise.all(Array.from(channels, ([channel, grant]) => openOne(channel, grant, open)));
  return { subscriptions: opened.flatMap((one) => one ?? []) };
}

/** Undefined when the session has ended meanwhile. */
async function openOne(
  channel: string,
  grant: GrantedSubscription,
  { session, positions, services }: OpenGranted,
): Promise<OpenedGranted | undefined> {
  const options = services.rules.find(channel);
  const subscription = session.join(channel, true);
  if (options === undefined || subscription === undefined) return undefined;
  if (grant.info !== undefined) session.grant(subscription, { info: grant.info });
  const { result, position } = await openSubscription({
    services,
    subscription,
    info: session.clientInfo(channel),
    options: { ...options, ...grant.override },
    request: positions[channel] ?? {},
  });
  const data = grant.data === undefined ? {} : { data: grant.data };
  return { subscription, result: { ...result, ...data }, position };
}
