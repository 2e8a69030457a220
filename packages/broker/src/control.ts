import type { PublicationBody } from "@switchyard/protocol/publication-body";
import type { PublishOptions, PublishResult } from "./broker.ts";
import type { ChannelName } from "./channel-name.ts";
import type { NodeCommand, Uplink } from "./node-command.ts";

/**
 * What one process asks of gateways: commands about connections. Each node applies a command to its own connections and
 * answers with how many there were. Redis tells how many nodes heard it, so the asker knows for how many answers to wait,
 * and goes on with those it has when the time is over (docs/decisions/0012).
 *
 * Delivery is at-most-once, like all pub/sub: a node that was cut off does not hear it. What must hold for later
 * connections too (a revocation) is kept elsewhere. To one node, what is sent first is heard first, whoever sends it.
 */
export interface NodeLine {
  /**
   * Asks every node, or those that are named.
   * @throws HubError 100 (temporary) when Redis does not answer.
   */
  ask(command: NodeCommand | Uplink, options?: AskOptions): Promise<NodeAnswers>;
  /**
   * Tells one node, and waits for nothing but Redis.
   * @returns whether the node heard it; false: there is no such node, or it is cut off from Redis
   * @throws HubError 100 (temporary) when Redis does not answer.
   */
  tell(node: string, command: NodeCommand | Uplink): Promise<boolean>;
}

export interface AskOptions {
  /** By `uid`; default: every gateway there is. */
  readonly nodes?: readonly string[];
  /** How long answers are waited for once Redis has said who heard; default 1 000. */
  readonly timeoutMs?: number;
}

/** A process without connections of its own, which asks those that have some. */
export interface Control extends NodeLine {
  /**
   * The channels somebody is subscribed to, on all nodes, with how many are.
   * @throws HubError 106 when one node alone has more than {@link channelListMax} that match; 100 when Redis does not answer.
   */
  listChannels(pattern: string): Promise<ChannelList>;
  /**
   * Publishes and waits for every interested node to say how many connections it handed the message to.
   * `answered` below `nodes` means that some did not say in time; a duplicate or suppressed publication reached nobody.
   */
  publishWithReceipt(
    channel: ChannelName,
    body: PublicationBody,
    options?: PublishOptions,
  ): Promise<PublishResult & { receipt: NodeAnswers }>;
  close(): Promise<void>;
}

/** Subscriptions by channel. `nodes` were asked and `answered` replied in time. */
export interface ChannelList {
  readonly nodes: number;
  readonly answered: number;
  readonly channels: ReadonlyMap<string, number>;
}

/** `nodes` heard the question, `answered` of them replied in time, about `connections` connections in all. */
export interface NodeAnswers {
  readonly nodes: number;
  readonly answered: number;
  readonly connections: number;
}
