/**
 * Which channels of a *realm* have subscribers, over all nodes, and how many. A realm is a set of channels that is watched in this
 * way: those of an app of the Pusher door, or all that are listed ({@link listedRealm}). Channels of no realm cost nothing.
 *
 * Each node says how many subscriptions it has to a channel when that number changes, and nobody is asked: a list or a count is one
 * reading of an index, however many nodes there are. Counts stand under the node's lease (see NodeRegistry), so those of a dead node
 * stop counting at once, and a survivor removes them.
 *
 * The step that changes a count also writes down what there is to tell, so the two cannot part: that a channel has its first subscriber
 * or, for some time, none; that a member, who may have many connections, has come or has been gone for some time. Workers take
 * these events in batches. A batch stays until its taker says that it is done with it: who dies in between is followed by another taker,
 * who gets the very same batch.
 */
export interface Occupancy extends OccupancyReader {
  /**
   * What this node has now, by channel and by member ({@link memberOf}); 0 is nothing. Idempotent.
   * @returns how many events gave way because too many wait for a worker
   */
  write(realm: string, lease: string, counts: ReadonlyMap<string, number>): Promise<number>;
  /** Takes everything of a dead node out; returns how much that was. */
  sweep(realm: string, lease: string): Promise<number>;
  /** An event that has happened at a door, as JSON; told behind those that wait. Returns as {@link write} does. */
  tell(realm: string, eventJson: string): Promise<number>;
  close(): Promise<void>;
}

export interface OccupancyReader {
  /**
   * Channels that have subscribers and begin with the prefix, with how many subscriptions they have.
   * @throws HubError 106 when more than {@link occupiedListMax} do; 100 (temporary) when Redis does not answer
   */
  list(realm: string, prefix: string): Promise<ReadonlyMap<string, number>>;
  /**
   * The same, a part at a time: about `limit` of them. Not a snapshot: what is occupied all the while of the reading is in it, and may
   * be in it twice.
   * @param cursor as the part before has it; `0` begins, and ends
   * @throws HubError 100 (temporary) when Redis does not answer
   */
  page(realm: string, asked: OccupiedAsked): Promise<OccupiedPage>;
  /** Subscriptions of each, 0 where it has none. @throws HubError 100 (temporary) when Redis does not answer */
  count(realm: string, channels: readonly string[]): Promise<readonly number[]>;
}

export interface OccupiedAsked {
  readonly cursor: string;
  readonly limit: number;
  readonly prefix: string;
}

export interface OccupiedPage {
  readonly channels: ReadonlyMap<string, number>;
  readonly cursor: string;
}

/** Of channels that are no app's; ids of apps have no colon. */
export const listedRealm = "hub:channels";

/** For who brings events to their receivers. */
export interface OccupancyEvents {
  /** The oldest events, or the batch that was taken last and is not done; undefined: there is nothing to tell. */
  take(realm: string): Promise<EventBatch | undefined>;
  /** They are where they should be. */
  done(realm: string, batch: EventBatch): Promise<void>;
  close(): Promise<void>;
}

export interface EventBatch {
  /** The same for as long as the batch is not done. */
  readonly id: string;
  /** When it was taken first, by Redis' clock. */
  readonly timeMs: number;
  readonly events: readonly OccupancyEvent[];
}

export type OccupancyEvent =
  | { readonly kind: "occupied" | "vacated"; readonly channel: string }
  | { readonly kind: "joined" | "left"; readonly channel: string; readonly user: string }
  /** At the time of its taking; of many changes the newest number alone is told. */
  | { readonly kind: "count"; readonly channel: string; readonly subscriptions: number }
  | { readonly kind: "told"; readonly eventJson: string };

/** What is told of a realm. Nothing is written down that nobody is told. */
export interface RealmEvents {
  readonly edges: boolean;
  readonly counts: boolean;
}

export const occupiedListMax = 100_000;

/** How a user in a channel is counted. Names of channels hold no newline. */
export function memberOf(channel: string, user: string): string {
  return `${channel}\n${user}`;
}
