import type { PublicationBody } from "@switchyard/protocol/publication-body";
import type { PublishOptions, PublishResult } from "./broker.ts";
import type { ChannelName } from "./channel-name.ts";
import type { NodeAnswers, NodeLine } from "./node-line.ts";

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
