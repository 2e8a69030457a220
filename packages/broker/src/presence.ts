import type { PresenceStatsResult } from "@switchyard/protocol/commands/read-channel";
import type { ChannelName } from "./channel-name.ts";

/**
 * Who is in a channel, over all nodes.
 *
 * An entry says: this client is in this channel, by way of that node. It is written when the client comes and removed when
 * it goes, and never refreshed in between; only the node's lease is (see NodeRegistry). So idle connections cost nothing, and
 * when a node dies all of its entries stop counting at once: readers leave out entries whose node has no lease, at most 10 s
 * after the crash. A survivor then removes them for good, by way of the node's index.
 *
 * The index lists every entry of a node. It lies elsewhere than the entries (in a Cluster: on another machine), so the two
 * cannot change in one step. The index is therefore written before the entry and cleared after it: a crash in between leaves
 * a line in the index without an entry, which is harmless, never an entry nobody can find.
 *
 * Entries of the same client are written one after another by the one node that owns it; that order is the caller's to keep.
 */
export interface Presence extends PresenceReader {
  /**
   * Writes an entry, with a join push if it is told. Idempotent: an entry that is there already is only
   * brought up to date. Where a client of the same user lingers, the new one takes its place and nobody is told.
   */
  add(node: string, entry: PresenceEntry): Promise<PresenceChange>;

  /** Leaves the entry, but lets the next client of the same user take it over. Ends with `remove` or with that client. */
  linger(member: PresenceMember): Promise<void>;

  /**
   * Removes an entry, with a leave push if its join was told; idempotent. With `onlyIfOf` an entry that has become
   * another node's by now is left alone.
   */
  remove(node: string, member: PresenceMember, options?: { onlyIfOf: boolean }): Promise<PresenceChange>;

  /** The node's index, in batches. What is removed meanwhile may or may not still come. */
  indexOf(node: string): AsyncIterable<readonly PresenceMember[]>;

  close(): Promise<void>;
}

export interface PresenceReader {
  /**
   * Client ids of a channel with their `ClientInfo` as JSON. Not a snapshot: whoever was there all the while of the reading is
   * in it, whoever came or went meanwhile may be.
   * @throws HubError 106 when the entries are larger than the reader's bound; the counts have none
   * @throws HubError 100 (temporary) when Redis does not answer
   */
  members(channel: ChannelName): Promise<ReadonlyMap<string, string>>;

  /** Exact at the moment of reading. Costs O(nodes), except while a crashed node is not yet swept. */
  stats(channel: ChannelName): Promise<PresenceStatsResult>;
}

export interface PresenceMember {
  readonly channel: ChannelName;
  readonly client: string;
}

export interface PresenceEntry extends PresenceMember {
  /** Empty for the anonymous user. */
  readonly user: string;
  /** `ClientInfo` as JSON. */
  readonly infoJson: string;
  /** Its join and its leave are told to whoever listens to the channel. */
  readonly isTold: boolean;
}

/**
 * What adding or removing did to the channel: the first one in, the last one out, or neither. Redis decides it in the same
 * step, so each change of state is told exactly once over all nodes. `atUs` is Redis' clock, in microseconds: of two changes of
 * one channel the later has the larger.
 */
export interface PresenceChange {
  readonly edge: "occupied" | "vacated" | undefined;
  readonly atUs: number;
}

/** Somebody came or went; `info` is the JSON of their `ClientInfo`. */
export interface PresenceSignal {
  readonly kind: "join" | "leave";
  readonly info: Buffer;
  /** A leave after which no client of that user is in the channel. */
  readonly isLast: boolean;
}

/** What a node does with a join or leave it receives, at most once each: a lost one is not repeated. */
export type OnPresence = (channel: ChannelName, signal: PresenceSignal) => void;
