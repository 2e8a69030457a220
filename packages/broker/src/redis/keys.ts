import { createHash } from "node:crypto";
import { taskChannelPrefix, taskOfChannel } from "@switchyard/protocol/channel-name";
import { type ChannelName, knownChannelName } from "../channel-name.ts";
import type { NodeKind } from "../node-registry.ts";
import { taskRecordKey, tasksHashTag } from "@switchyard/protocol/task-record-key";

/**
 * Every Redis name the broker uses. The channel is the hash tag, so all keys of a channel live in one Cluster slot and a
 * script may touch them together; those of tasks' channels lie with the tasks.
 */
export interface ChannelKeys {
  /** STREAM of bodies; the entry id is `<offset>-0`. */
  readonly stream: string;
  /** HASH: `e` epoch, `s` top offset, `r` Redis process of the top, `v` newest version, `ve` its epoch. */
  readonly meta: string;
  /**
   * STRING, of a channel that shows a kept state (channel/chunks/kept-state.lua). The only kind there is are records of tasks, see
   * task-record-key.ts. Other channels have none, and `meta` stands here.
   */
  readonly state: string;
  /** Redis pub/sub channel. */
  readonly pubsub: string;
}

export function channelKeys(prefix: string, channel: ChannelName): ChannelKeys {
  const keys = channelKeyPrefix(prefix, channel);
  const meta = `${keys}:meta`;
  const taskId = taskOfChannel(channel);
  return {
    stream: `${keys}:stream`,
    meta,
    state: taskId === undefined ? meta : taskRecordKey(prefix, taskId),
    pubsub: `${pubsubPrefix(prefix)}${channel}}`,
  };
}

/** Begins the keys of what a channel keeps. */
export function channelKeyPrefix(prefix: string, channel: ChannelName): string {
  return isTaskChannel(channel) ? `${tasksHashTag(prefix)}:channel:${channel}` : `${prefix}:{${channel}}`;
}

/** The channel behind a pub/sub name, or undefined for names that are not a channel's. */
export function channelOfPubsub(prefix: string, pubsub: string): ChannelName | undefined {
  const start = pubsubPrefix(prefix);
  return pubsub.startsWith(start) ? knownChannelName(pubsub.slice(start.length, -1)) : undefined;
}

/** HASH with the first result of an idempotency key, which is hashed: whatever its text, it meets no other name. */
export function idempotencyKey(prefix: string, channel: ChannelName, key: string): string {
  return `${channelKeyPrefix(prefix, channel)}:idem:${createHash("sha256").update(key).digest("base64url")}`;
}

/** Pub/sub name on which a node hears itself, to prove that its subscriber connection is not deaf. */
export function probeName(prefix: string, id: string): string {
  return `${prefix}:probe:${id}`;
}

/** Pub/sub name every node listens to for commands about connections. */
export function controlName(prefix: string): string {
  return `${prefix}:control`;
}

/** Pub/sub name on which one node hears what is meant for it alone. */
export function nodeName(prefix: string, node: string): string {
  return `${prefix}:node:${node}`;
}

/** Pub/sub name on which one process hears the answers to what it asked. */
export function inboxName(prefix: string, id: string): string {
  return `${prefix}:inbox:${id}`;
}

/** Who is in a channel; see presence/presence-add.lua. */
export function presenceKeys(prefix: string, channel: ChannelName) {
  return {
    /** HASH: client to entry. */
    members: `${prefix}:{${channel}}:presence`,
    /** HASH: user to number of clients. */
    users: `${prefix}:{${channel}}:presence-users`,
    /** HASH: node to number of clients. */
    nodes: `${prefix}:{${channel}}:presence-nodes`,
    /** HASH: user to lingering clients. */
    leaving: `${prefix}:{${channel}}:presence-leaving`,
  };
}

/**
 * Begins the hub's own keys. No key of a channel begins like that, whatever its name: theirs have the brace right behind
 * the prefix, or the hash tag of tasks in front.
 */
function hubKeys(prefix: string): string {
  return `${prefix}:hub:`;
}

/** SET of `<client> <channel>`: every presence entry written under this lease. */
export function presenceIndexKey(prefix: string, lease: string): string {
  return `${hubKeys(prefix)}{node:${lease}}:presence`;
}

/** Which channels of a realm are occupied, and what is told of it; see occupancy/write-counts.lua. */
export function occupancyKeys(prefix: string, realm: string) {
  const own = `${hubKeys(prefix)}{occupancy:${realm}}:`;
  return {
    /** HASH: channel to its subscriptions by lease. */
    channels: `${own}channels`,
    /** HASH: channel and user to the same. */
    members: `${own}members`,
    /** SET: what a lease has a count in. */
    ofNode: (lease: string) => `${own}of:${lease}`,
    /** ZSET: what is told later, to the ms when. */
    due: `${own}due`,
    /** LIST: events that wait. */
    waiting: `${own}waiting`,
    /** HASH: the events that were taken last. */
    batch: `${own}batch`,
  };
}

/** A lane of the index of connections (connections/lanes.ts). */
export function connectionKeys(prefix: string, lane: number) {
  const own = `${hubKeys(prefix)}{lane:${lane}}:`;
  return {
    /** HASH: client to record, of those a lease has. */
    recordsOf: (lease: string) => `${own}records:${lease}`,
    /** HASH: client to channels, where their subscriptions are told. */
    subscriptionsOf: (lease: string) => `${own}subscriptions:${lease}`,
    /** ZSET: user, client and lease, in the order of their texts. */
    users: `${own}users`,
    /** ZSET: user to the ms when their last connection went. */
    seen: `${own}seen`,
    /** HASH: channel to its subscriptions by lease. */
    channels: `${own}channels`,
    /** SET: channels a lease has a count in. */
    channelsOf: (lease: string) => `${own}channels:${lease}`,
    /** ZSET: who is told to have gone later, to the ms when. */
    due: `${own}due`,
    /** LIST: events that wait. */
    waiting: `${own}waiting`,
    /** HASH: the last seq, and more of the events (connections/chunks/outbox.lua). */
    meta: `${own}meta`,
    /** HASH: receiver to events that gave way. */
    dropped: `${own}dropped`,
    /** HASH: the events that were taken last. */
    batch: `${own}batch`,
  };
}

/** STRING of a mark of the settings with which this receiver of events has said that it is gone; read together with those of the others. */
export function goneReceiverKey(prefix: string, receiver: string): string {
  return `${hubKeys(prefix)}{gone}:${receiver}`;
}

/** The list of nodes of one kind. */
export function nodeKeys(prefix: string, kind: NodeKind = "nodes") {
  const own = hubKeys(prefix);
  return {
    /** ZSET: lease to the ms at which it runs out. */
    expiry: `${own}{${kind}}:expiry`,
    /** HASH: lease to description. */
    descriptions: `${own}{${kind}}:descriptions`,
    /** ZSET: lost lease to the ms until which somebody sweeps it. */
    dead: `${own}{${kind}}:dead`,
  };
}

/** STRING: the files of one version of the operators' console. */
export function consoleKey(prefix: string, hash: string): string {
  return `${hubKeys(prefix)}{console}:${hash}`;
}

/** STRING: what a process that has left by itself said of itself last. All in one slot, so that several are read at once. */
export function leftKey(prefix: string, uid: string): string {
  return `${hubKeys(prefix)}{left}:${uid}`;
}

/** STRING: what a process was started with. All in one slot, so that several are read at once. */
export function settingsKey(prefix: string, hash: string): string {
  return `${hubKeys(prefix)}{settings}:${hash}`;
}

/** ZSET of revocations, HASH of users to the last of their blocks and unblocks, how many revocations there have been, the mark beside them, and the pub/sub name they are announced on. */
export function revocationKeys(prefix: string) {
  const own = hubKeys(prefix);
  return {
    entries: `${own}{revocations}:entries`,
    blocks: `${own}{revocations}:blocks`,
    counter: `${own}{revocations}:counter`,
    mark: `${own}{revocations}:mark`,
    announcement: `${prefix}:revocations`,
  };
}

/** STRING of the seconds at which a user was last active. */
export function activityKey(prefix: string, user: string): string {
  return `${hubKeys(prefix)}activity:${user}`;
}

/** Logins to the pages of operators, see logins/use-login.lua. */
export function loginKeys(prefix: string) {
  const own = `${hubKeys(prefix)}{logins}:`;
  return {
    /** ZSET: handle to the ms at which the login is over at the latest. */
    index: `${own}index`,
    /** HASH of one. */
    login: (handle: string) => `${own}login:${handle}`,
  };
}

/** See figure-store.ts. */
export function figureKeys(prefix: string) {
  const own = `${hubKeys(prefix)}{figures}:`;
  /** STRING of rows, and STRING: who writes them. */
  return { ring: `${own}ring`, lease: `${own}lease` };
}

/** See alert-store.ts. */
export function alertKeys(prefix: string, receiver: string) {
  const own = `${hubKeys(prefix)}{alerts}:`;
  /** STRING: whose turn it is to tell this receiver, and STRING of JSON: what it has been told. */
  return { turn: `${own}turn:${receiver}`, state: `${own}state:${receiver}` };
}

/** STREAM of `text` and `mac`, see audit-store.ts. */
export function auditKey(prefix: string, book: string): string {
  return `${hubKeys(prefix)}audit:${book}`;
}

function isTaskChannel(channel: ChannelName): boolean {
  return channel.startsWith(taskChannelPrefix);
}

/** Begins the pub/sub names of channels; `}` ends them. */
export function pubsubPrefix(prefix: string): string {
  return `${prefix}:ch:{`;
}
