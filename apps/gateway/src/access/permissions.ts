import type { ChannelOptions } from "@switchyard/broker/channel-rules";

/** Who asks: an empty user is the anonymous one. */
export interface Asker {
  readonly user: string;
  readonly isSubscribed: boolean;
}

/**
 * May this client do this in a channel with these options? Denied unless an option allows it. The `…_for_anonymous` options
 * do not stand alone for publish and history: they extend what is allowed to clients or subscribers to those without a
 * user id, as in Centrifugo.
 */
export function canSubscribe(options: ChannelOptions, user: string): boolean {
  return user === "" ? options.allow_subscribe_for_anonymous : options.allow_subscribe_for_client;
}

export function canPublish(options: ChannelOptions, { user, isSubscribed }: Asker): boolean {
  const allowed = options.allow_publish_for_client || (options.allow_publish_for_subscriber && isSubscribed);
  return allowed && (user !== "" || options.allow_publish_for_anonymous);
}

export function canReadHistory(options: ChannelOptions, { user, isSubscribed }: Asker): boolean {
  const allowed = options.allow_history_for_client || (options.allow_history_for_subscriber && isSubscribed);
  return allowed && (user !== "" || options.allow_history_for_anonymous);
}
