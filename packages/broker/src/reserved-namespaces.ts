import type { Namespace, reservedNamespaceNames } from "@switchyard/runtime/channel-section";

/** What is about to be done with a channel by somebody outside of the hub: a client, or a back end with an API key. */
export type ChannelUse =
  /** By a back end. */
  | "publish"
  | "publish_as_client"
  /** By a client, because the namespace allows it. */
  | "subscribe"
  /** For a client, because a back end says so: by a token or by the server API. */
  | "grant"
  /** To the channel of the connection's own user: by the server (`user`), or because the client asks (`inbox`). */
  | "subscribe_own"
  | "unsubscribe"
  /** History and presence. */
  | "read"
  | "remove_history";

interface ReservedNamespace {
  /** What differs from a namespace that keeps and allows nothing. */
  readonly keeps: Partial<Namespace>;
  /** What outsiders may do, as far as their own rights go; everything else is the hub's alone. */
  readonly allows: ReadonlySet<ChannelUse>;
}

const watched: ReadonlySet<ChannelUse> = new Set(["grant", "unsubscribe", "read"]);

/**
 * The hub's own namespaces, and the only list of what others may do in them.
 *
 * Records and events are believed, so nobody else writes them: a forged record with a high `seq` would hide all later ones,
 * and a removed one would be a task that never was. What is addressed to a user is for that user: the server subscribes
 * each of their connections by itself, so there is no subscription to hand out or to take away, not even for a back end that may
 * subscribe clients to anything else: a connection without it would look well and get nothing.
 */
export const reservedNamespaces: Readonly<Record<(typeof reservedNamespaceNames)[number], ReservedNamespace>> = {
  /** Reaches a user on all devices, and survives a short absence. */
  user: {
    keeps: { history_size: 100, history_ttl: "24h", force_recovery: true, force_positioning: true },
    allows: new Set(["publish", "subscribe_own", "read", "remove_history"]),
  },
  /**
   * What changes in a user's inbox, for their pages that show one; what is in it is handed to a new subscriber, and to whoever has missed more
   * than is kept. That is twenty items and the counts, no more than as many events, so few of these are worth their memory.
   */
  inbox: {
    keeps: { history_size: 6, history_ttl: "1h", force_recovery: true, force_positioning: true },
    allows: new Set(["subscribe_own", "unsubscribe"]),
  },
  /** The newest record of a task only, handed to late subscribers at once. */
  task: {
    keeps: {
      history_size: 1,
      history_ttl: "24h",
      force_recovery: true,
      force_recovery_mode: "cache",
      auto_cache_recover: true,
    },
    allows: watched,
  },
  /** The life cycle of a group's tasks. */
  group: { keeps: { history_size: 100, history_ttl: "1h", force_recovery: true }, allows: watched },
  /** Who came and who went. */
  hub: { keeps: { history_size: 1_000, history_ttl: "1h", force_recovery: true }, allows: watched },
};

/** Why an outsider may not do this in the namespace; undefined where nothing is reserved. */
export function describeReservation(namespace: string, use: ChannelUse): string | undefined {
  if (!isReserved(namespace) || reservedNamespaces[namespace].allows.has(use)) return undefined;
  return `\`${namespace}\` is a namespace of the hub, and ${refusals[use](namespace)}`;
}

function isReserved(namespace: string): namespace is keyof typeof reservedNamespaces {
  return Object.hasOwn(reservedNamespaces, namespace);
}

const noPublications = (namespace: string) =>
  namespace === "inbox"
    ? "what is added to an inbox is published there (`POST /v1/inbox`)"
    : "only the hub publishes there; use a namespace of your own";
const noClientPublications = (namespace: string) =>
  namespace === "user"
    ? "clients cannot publish to users; let your back end call /api/publish with `user`"
    : noPublications(namespace);
const subscriptions: Readonly<Record<string, string>> = {
  user: "the server itself subscribes each connection to the channel of its own user, and to no other",
  inbox: "each user may subscribe to their own, and to no other",
};
const noSubscriptions = (namespace: string) =>
  subscriptions[namespace] ?? "subscribing there takes a token or the server API";
const refusals: Readonly<Record<ChannelUse, (namespace: string) => string>> = {
  publish: noPublications,
  publish_as_client: noClientPublications,
  subscribe: noSubscriptions,
  grant: noSubscriptions,
  subscribe_own: noSubscriptions,
  unsubscribe: () =>
    "each connection stays subscribed to the channel of its own user; to end a user's connections call /api/disconnect",
  read: () => "it cannot be read",
  remove_history: () => "what it keeps cannot be removed",
};
