import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Settings } from "@switchyard/runtime/settings";
import { laneCount } from "./lanes.ts";

/**
 * What has happened, for back ends: who came and went, what is occupied, who is online, what clients have published.
 *
 * The script that changes the index (connection-index.ts) writes the event, so the two cannot part, and each is written once, whichever
 * node it is that finds out: a gateway about its own clients, or a survivor about those of a dead one. Events wait in lanes, those of
 * one `key` in one of them and in their order. Any number of workers take them in batches. A batch stays until its taker says that it
 * is done with it: who dies in between is followed by another taker, who gets the very same batch.
 *
 * Nothing is written that no receiver wants.
 */
export interface EventOutbox {
  readonly lanes: readonly number[];
  /** The oldest events of a lane, or the batch that was taken last and is not done; undefined: there is nothing to tell. */
  take(lane: number): Promise<EventBatch | undefined>;
  /**
   * It is where it should be. `told`: receivers that were told how many they have missed. `lost`: receivers it could not be brought to,
   * with how many of its events they would have wanted.
   */
  done(lane: number, batch: EventBatch, became: BatchReport): Promise<void>;
  /** So many events, which were taken, could not be brought to a receiver. */
  lose(lane: number, receiver: string, events: number): Promise<void>;
  /** Receivers that have said that they are gone, with a mark of the settings they had then. */
  gone(): Promise<ReadonlyMap<string, string>>;
  /** @returns whether nobody knew */
  markGone(receiver: string, mark: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface BatchReport {
  readonly told: ReadonlySet<string>;
  readonly lost: ReadonlyMap<string, number>;
}

export interface EventBatch {
  /** The same for as long as the batch is not done. */
  readonly id: string;
  /** When it was taken first, by Redis' clock. */
  readonly timeMs: number;
  readonly events: readonly WrittenEvent[];
  /** By receiver: events that gave way before this batch, because too many waited. */
  readonly dropped: ReadonlyMap<string, number>;
}

/** `json` has `id`, `type`, `key`, `epoch`, `seq`, `timeMs` and `data`. */
export interface WrittenEvent {
  readonly type: string;
  readonly json: string;
}

/** For gateways: what their clients have published. Returns how many of them gave way. */
export interface MessageTeller {
  tell(lane: number, messages: readonly PublishedMessage[]): Promise<number>;
}

export interface PublishedMessage {
  readonly channel: string;
  /** JSON. */
  readonly dataJson: string;
}

/** What of the index is told to anybody, and how. */
export interface EventPolicy {
  readonly connections: boolean;
  readonly users: boolean;
  /** Who is back within this time has not gone. */
  readonly vacantMs: number;
  /** Bytes that may wait in a lane. */
  readonly laneMaxBytes: number;
}

/** What the settings have told of the index, alike in every process. */
export function eventPolicy({ kinds, vacant_delay, outbox_max_size }: Settings["events"]): EventPolicy {
  return {
    connections: kinds.includes("connections"),
    users: kinds.includes("users"),
    vacantMs: parseDurationMs(vacant_delay),
    laneMaxBytes: Math.floor(outbox_max_size / laneCount),
  };
}
