import type { PublicationBody } from "@switchyard/protocol/publication-body";
import type { PublishOptions, PublishResult } from "./broker.ts";
import type { ChannelName } from "./channel-name.ts";
import type { NodeCommand } from "./node-command.ts";

/**
 * What one process asks of the gateways: commands about connections, which live on nodes the asker does not know.
 *
 * A command goes to every node; each applies it to its own connections and answers with how many there were. Redis tells
 * how many nodes heard it, so the asker knows for how many answers to wait, and after a second goes on with those it has.
 * Delivery is at-most-once, like all pub/sub: a node that was cut off does not hear it. What must hold for later
 * connections too (a revocation) is kept elsewhere.
 */
export interface Control {
  /** @throws HubError 100 (temporary) when Redis does not answer. */
  ask(command: NodeCommand): Promise<NodeAnswers>;
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
