import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { isPrivateName, usersOfName } from "@switchyard/protocol/channel-name";

/** Who asks: an empty user is the anonymous one. */
export interface Asker {
  readonly user: string;
  readonly isSubscribed: boolean;
}

/**
 * May this client do this in a channel with these options? Denied unless an option allows it.
 *
 * The `…_for_anonymous` options do not stand alone: they extend what is allowed to those without a user id, as in
 * Centrifugo. What a name restricts no option opens: a `$` channel is for whoever holds a token of it, and where
 * `allow_user_limited_channels` is on a name with `#` is for the users in it.
 */
export function canSubscribe(channel: string, options: ChannelOptions, user: string): boolean {
  if (isPrivateName(channel)) return false;
  const users = limitedTo(channel, options);
  if (users !== undefined) return user !== "" && users.includes(user);
  return options.allow_subscribe_for_client && (user !== "" || options.allow_subscribe_for_anonymous);
}

/** Whether the back end is to be asked about a client that wants to subscribe: not where the name itself says who may. */
export function asksAboutSubscribe(channel: string, options: ChannelOptions): boolean {
  return options.subscribe_proxy_enabled && !isPrivateName(channel) && limitedTo(channel, options) === undefined;
}

export function canPublish(channel: string, options: ChannelOptions, asker: Asker): boolean {
  const { allow_publish_for_client: forClient, allow_publish_for_subscriber: forSubscriber } = options;
  return may(channel, options, asker, { forClient, forSubscriber, forAnonymous: options.allow_publish_for_anonymous });
}

/** Events are between subscribers, so no option opens them to others. */
export function canSendEvents(channel: string, options: ChannelOptions, asker: Asker): boolean {
  const { allow_event_for_subscriber: forSubscriber, allow_event_for_anonymous: forAnonymous } = options;
  return may(channel, options, asker, { forClient: false, forSubscriber, forAnonymous });
}

export function canReadHistory(channel: string, options: ChannelOptions, asker: Asker): boolean {
  const { allow_history_for_client: forClient, allow_history_for_subscriber: forSubscriber } = options;
  return may(channel, options, asker, { forClient, forSubscriber, forAnonymous: options.allow_history_for_anonymous });
}

export function canReadPresence(channel: string, options: ChannelOptions, asker: Asker): boolean {
  const { allow_presence_for_client: forClient, allow_presence_for_subscriber: forSubscriber } = options;
  return may(channel, options, asker, { forClient, forSubscriber, forAnonymous: options.allow_presence_for_anonymous });
}

interface Grant {
  readonly forClient: boolean;
  readonly forSubscriber: boolean;
  readonly forAnonymous: boolean;
}

/** Being subscribed proves the right to be in the channel; without it the name itself must let the user in. */
function may(channel: string, options: ChannelOptions, { user, isSubscribed }: Asker, grant: Grant): boolean {
  if (user === "" && !grant.forAnonymous) return false;
  if (isSubscribed && grant.forSubscriber) return true;
  return grant.forClient && (isSubscribed || isOpenTo(channel, options, user));
}

function isOpenTo(channel: string, options: ChannelOptions, user: string): boolean {
  if (isPrivateName(channel)) return false;
  const users = limitedTo(channel, options);
  return users === undefined || (user !== "" && users.includes(user));
}

function limitedTo(channel: string, options: ChannelOptions): readonly string[] | undefined {
  return options.allow_user_limited_channels ? usersOfName(channel) : undefined;
}
