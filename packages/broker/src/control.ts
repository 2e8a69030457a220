import type { ReceiptPublisher } from "./broker.ts";
import type { NodeLine } from "./node-line.ts";

/** A process without connections of its own, which asks those that have some. */
export interface Control extends NodeLine, ReceiptPublisher {
  /**
   * The channels somebody is subscribed to, on all nodes, with how many are.
   * @throws HubError 106 when one node alone has more than {@link channelListMax} that match; 100 when Redis does not answer.
   */
  listChannels(pattern: string): Promise<ChannelList>;
  close(): Promise<void>;
}

/** Subscriptions by channel. `nodes` were asked and `answered` replied in time. */
export interface ChannelList {
  readonly nodes: number;
  readonly answered: number;
  readonly channels: ReadonlyMap<string, number>;
}
