import { bounded, differs, ignored, type Rule, refused, type Rules } from "../rule.ts";

const mapChannels = "there are no map channels; keep the state in your back end and publish changes of it";
const sharedPolls = "there are no shared polls; publish what has changed";
const streams = "a subscription has no stream of its own from a back end; publish into the channel";

/** Of a namespace, and of channels without one. */
const channelOptions: Rules = {
  force_recovery_mode: differs('`""` is written `"stream"`', (value) => (value === "" ? "stream" : value)),
  subscription_type: refused(mapChannels, "stream"),
  map_clients_presence_channel_prefix: refused(
    "there are no map channels; `presence` with `join_leave` tells who is there",
  ),
  map_users_presence_channel_prefix: refused(
    "there are no map channels; `presence` with `join_leave` tells who is there",
  ),
  "map.*": ignored(mapChannels),
  "shared_poll.*": ignored(sharedPolls),
  subscribe_stream_proxy_enabled: refused(streams),
  subscribe_stream_proxy_name: ignored(streams),
  subscribe_stream_proxy_bidirectional: ignored(streams),
};

const at = (prefix: string) =>
  Object.fromEntries(Object.entries(channelOptions).map(([key, rule]): [string, Rule] => [prefix + key, rule]));

const fixed = (character: string) => refused(`it is always \`${character}\`; rename the channels`, character);

export const channelRules: Rules = {
  "channel.namespaces[].name": bounded(
    "without dots, and none of the hub's own: `user`, `inbox`, `task`, `group`, `hub`; rename such a namespace",
  ),
  ...at("channel.namespaces[]."),
  ...at("channel.without_namespace."),
  "channel.private_prefix": fixed("$"),
  "channel.namespace_boundary": fixed(":"),
  "channel.user_boundary": fixed("#"),
  "channel.user_separator": fixed(","),
  "channel.proxy.subscribe_stream.*": ignored(streams),
  "channel.proxy.map_publish.*": ignored(mapChannels),
  "channel.proxy.map_remove.*": ignored(mapChannels),
  "channel.proxy.shared_poll_refresh.*": ignored(sharedPolls),
  "shared_poll.*": ignored(sharedPolls),
  "map_broker.*": ignored(mapChannels),
};
