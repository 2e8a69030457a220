import type { PublicationBody } from "@switchyard/protocol/publication-body";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { ChannelName } from "./channel-name.ts";
import type { CommandHandler } from "./node-command.ts";
import type { AskOptions, NodeAnswers, NodeLine } from "./node-line.ts";

/**
 * Channels over Redis: the only way a message gets from one process to another.
 *
 * A channel is a name. Publishing into it hands the message to every node that is interested at that moment, and, when the
 * channel's rules keep history, appends it to the channel's stream under the next offset. Both happen in one step, so the
 * order nodes receive in is the order of offsets, and nobody can see one without the other. A channel needs no creation and
 * leaves nothing behind once its history has expired.
 *
 * The next offset is one more, as long as the same Redis process answers. After a restart or a failover offsets leap, for
 * what the process before has acknowledged last may be lost while clients have it: an offset never stands for two publications.
 * So each publication names the offset before it, and a history is whole when these form a chain (docs/decisions/0004).
 *
 * What is promised: a publication acknowledged by {@link Publisher.publish} is in the stream (when there is one) and was
 * sent to every interested node that Redis could reach. What is not: that it arrived there. Redis pub/sub is at-most-once;
 * whoever must not miss anything compares offsets and repairs the gap from {@link HistoryReader.history}.
 *
 * The publisher encodes a body once. Nodes receive the very bytes, together with the position, and forward them without
 * parsing.
 */
export interface Broker extends Publisher, ReceiptPublisher, HistoryReader, NodeLine {
  /**
   * Declares this node interested in a channel. Resolves when Redis has acknowledged it: every publication after that is
   * received, which is what makes "subscribe first, then read history" free of gaps. Idempotent; survives reconnects.
   */
  subscribe(channel: ChannelName): Promise<void>;

  /** Ends the interest. Publications already under way may still be received and must be ignored by the receiver. */
  unsubscribe(channel: ChannelName): Promise<void>;

  /**
   * A thing that stays the same for as long as a channel is heard without a break: it changes with a lost connection and with a
   * new interest. Undefined while Redis has not acknowledged the interest.
   */
  hearing(channel: ChannelName): object | undefined;

  /** Begins to hear what other processes ask of all nodes, and of this one (its `uid`), and to answer it. */
  answerCommands(node: string, handler: CommandHandler): Promise<void>;

  /** Undefined when what is published is also heard, as probed every 2 s; else the reason. */
  status(): string | undefined;

  /** Probes that did not come back, since the start. */
  readonly probeTimeouts: number;

  /**
   * When Redis was last found silent, by a probe, or because a connection was lost or is back, as `performance.now()` has it; undefined: never.
   * What other nodes had to say within {@link silenceFoundMs} before that may be lost.
   */
  readonly lastSilenceMs: number | undefined;

  close(): Promise<void>;
}

/** A silence of Redis that is longer is found by then. */
export const silenceFoundMs = 4_000;

export interface Publisher {
  /**
   * @throws HubError 100 (temporary) when Redis does not answer in time. The publication may or may not have happened: repeat
   *   with the same `idempotencyKey` to be sure of exactly one.
   */
  publish(channel: ChannelName, body: PublicationBody, options?: PublishOptions): Promise<PublishResult>;
}

export interface ReceiptPublisher {
  /**
   * Publishes and waits for every interested node to say how many connections it handed the message to; `enough` and `timeoutMs`
   * end the waiting earlier. `answered` below `nodes` means that some have not said; a duplicate or suppressed publication
   * reached nobody.
   * @throws HubError as {@link Publisher.publish} does
   */
  publishWithReceipt(
    channel: ChannelName,
    body: PublicationBody,
    options?: PublishOptions & Pick<AskOptions, "enough" | "timeoutMs">,
  ): Promise<PublishResult & { receipt: NodeAnswers }>;
}

export interface PublishOptions {
  /** The same key within five minutes publishes nothing again and returns the first result, `duplicate: true`. */
  readonly idempotencyKey?: string;
  /** For how long the key is kept instead. */
  readonly idempotencyTtlMs?: number;
  /** Send to subscribers only, leave the stream as it is. */
  readonly skipHistory?: boolean;
  /** A connection that is not sent to, the sender's own as a rule. */
  readonly exclude?: string;
  /** Where nodes answer how many connections they reached; made by {@link ReceiptPublisher}. */
  readonly receiptTo?: string;
  /** A counter kept by the caller: a version not above the last one is dropped (`suppressed: true`), not sent. */
  readonly version?: number;
  /** Subscribers that agreed on deltas may be sent what has changed in place of everything; always so where the namespace says `delta_publish`. */
  readonly delta?: boolean;
  /** The life of that counter: a version of another one is no older. Without it versions are compared whatever their epoch. */
  readonly versionEpoch?: string;
}

/** Offset 0 and an empty epoch mean the channel keeps no history. `nodes` is how many interested nodes Redis handed it to. */
export interface PublishResult extends StreamPosition {
  readonly nodes: number;
  readonly duplicate: boolean;
  readonly suppressed: boolean;
}

export interface HistoryReader {
  /**
   * Reads a channel's stream; `limit` 0 reads the position alone. Stops where the bodies come to more than
   * `channel.history_max_size`, and says so (`isCut`).
   */
  history(channel: ChannelName, options: HistoryOptions): Promise<History>;

  /**
   * Forgets a channel's publications. Offset and epoch go on: whoever is up to date stays so, and whoever still misses a
   * removed publication is told that it cannot be recovered, instead of being handed a hole.
   */
  removeHistory(channel: ChannelName): Promise<void>;
}

export interface HistoryOptions {
  /** Publications at most. */
  readonly limit: number;
  /** Only what came after this offset. */
  readonly sinceOffset?: number;
  /** Newest first. */
  readonly reverse?: boolean;
}

/** `offset` and `epoch` are the top of the stream at the moment of reading, whatever part of it was asked for. */
export interface History extends StreamPosition {
  readonly publications: readonly StoredPublication[];
  /** There are more that were asked for: read on from the last one. */
  readonly isCut: boolean;
}

/** `body` is the JSON the publisher encoded, without the offset. */
export interface StoredPublication {
  readonly offset: number;
  /** Of the publication before it in the stream: one less, except behind a leap. 0 for the first. */
  readonly previousOffset: number;
  /** When Redis accepted it, in milliseconds of Redis' own clock. */
  readonly timeMs: number;
  readonly body: Buffer;
}

/** A publication as a node receives it; offset 0 where the channel keeps no history. */
export interface ReceivedPublication extends StoredPublication {
  readonly epoch: string;
  readonly receiptTo?: string;
  readonly exclude?: string;
  /** Its publisher, or its namespace, has said `delta`. */
  readonly allowsDelta?: boolean;
}

/**
 * What a node does with what it receives; called once per publication and node, in the order of the channel. Returns to how
 * many connections it was handed.
 */
export type OnPublication = (channel: ChannelName, publication: ReceivedPublication) => number;
