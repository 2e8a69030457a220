import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions, ChannelRules } from "@switchyard/broker/channel-rules";
import { splitChannelName } from "@switchyard/protocol/channel-name";
import type { Settings } from "@switchyard/runtime/settings";
import { createPusherApps, type PusherApp } from "./apps.ts";
import { kindOfChannel, type ChannelKind } from "./channel.ts";

/** A reload of the page is no departure, unless the namespace says how long a user may be away. */
const leaveDebounceMs = 3_000;
/** How long a cache channel hands out its last event, where the namespace keeps no history. */
const cacheTtlMs = 1_800_000;

/**
 * The rules for channels with what Pusher's prefixes promise on top of an app's namespace. Every process that publishes,
 * subscribes or reads takes them, so a `private-` channel is closed and a `cache-` channel keeps its last event at every door.
 */
export function withPusherChannels(rules: ChannelRules, section: Settings["pusher"]): ChannelRules {
  if (section.apps.length === 0) return rules;
  const apps = createPusherApps(section);
  const made = new Map<string, Map<ChannelKind, ChannelOptions>>();

  function refine(channel: ChannelName, options: ChannelOptions): ChannelOptions {
    const { namespace, rest } = splitChannelName(channel);
    const isOfUser = namespace === "user";
    const app = apps.byNamespace(isOfUser ? splitChannelName(rest).namespace : namespace);
    if (app === undefined) return options;
    const kind = isOfUser ? ofUser : kindOfChannel(rest);
    const key = `${namespace} ${app.id}`;
    const byKind = made.get(key) ?? new Map<ChannelKind, ChannelOptions>();
    made.set(key, byKind);
    const known = byKind.get(kind) ?? promised(options, kind, app);
    byKind.set(kind, known);
    return known;
  }

  return {
    ...rules,
    resolve(text, use) {
      const resolved = rules.resolve(text, use);
      return resolved.kind === "channel" ? { ...resolved, options: refine(resolved.name, resolved.options) } : resolved;
    },
    find(channel) {
      const options = rules.find(channel);
      return options === undefined ? undefined : refine(channel, options);
    },
  };
}

const ofUser = kindOfChannel("#server-to-user-");

function promised(options: ChannelOptions, kind: ChannelKind, app: PusherApp): ChannelOptions {
  const isPresent = kind.access === "presence";
  const isWatched = kind.access === "user" && app.watchlists;
  const isCounted = app.subscription_count && kind.access !== "user";
  return {
    ...options,
    ...(kind.access === "private" || isPresent ? closed : {}),
    ...(isPresent || isWatched || isCounted ? { presence: true, join_leave: true } : {}),
    ...((isPresent || isWatched) && options.leaveDebounceMs === 0 ? { leaveDebounceMs } : {}),
    ...(kind.isCache && !options.keepsHistory ? keepsLast : {}),
  };
}

/** Nobody gets in by the options of the namespace: it takes a signature at the Pusher door, a token at others. */
const closed = {
  isClosedByPrefix: true,
  allow_subscribe_for_client: false,
  allow_publish_for_client: false,
  allow_history_for_client: false,
  allow_presence_for_client: false,
  allow_user_limited_channels: false,
};

const keepsLast = {
  history_size: 1,
  historyTtlMs: cacheTtlMs,
  keepsHistory: true,
};
