/**
 * Every Redis name the broker uses. The channel is the hash tag, so all keys of a channel live in one Cluster slot and a
 * script may touch them together.
 */
export interface ChannelKeys {
  /** STREAM of bodies; the entry id is `<offset>-0`. */
  readonly stream: string;
  /** HASH: `e` epoch, `s` top offset, `v` newest version. */
  readonly meta: string;
  /** Redis pub/sub channel. */
  readonly pubsub: string;
}

export function channelKeys(prefix: string, channel: string): ChannelKeys {
  return {
    stream: `${prefix}:{${channel}}:stream`,
    meta: `${prefix}:{${channel}}:meta`,
    pubsub: `${pubsubPrefix(prefix)}${channel}}`,
  };
}

/** The channel behind a pub/sub name, or undefined for names that are not a channel's. */
export function channelOfPubsub(prefix: string, pubsub: string): string | undefined {
  const start = pubsubPrefix(prefix);
  return pubsub.startsWith(start) ? pubsub.slice(start.length, -1) : undefined;
}

/** HASH with the first result of an idempotency key. */
export function idempotencyKey(prefix: string, channel: string, key: string): string {
  return `${prefix}:{${channel}}:idem:${key}`;
}

/** Pub/sub name on which a node hears itself, to prove that its subscriber connection is not deaf. */
export function probeName(prefix: string, id: string): string {
  return `${prefix}:probe:${id}`;
}

/** Pub/sub name every node listens to for commands about connections. */
export function controlName(prefix: string): string {
  return `${prefix}:control`;
}

/** Pub/sub name on which one process hears the answers to what it asked. */
export function inboxName(prefix: string, id: string): string {
  return `${prefix}:inbox:${id}`;
}

/** ZSET of node id to expiry, and HASH of node id to description. */
export function nodeKeys(prefix: string): { expiry: string; descriptions: string } {
  return { expiry: `${prefix}:{nodes}:expiry`, descriptions: `${prefix}:{nodes}:descriptions` };
}

function pubsubPrefix(prefix: string): string {
  return `${prefix}:ch:{`;
}
