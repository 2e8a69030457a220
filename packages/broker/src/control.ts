import type { ReceiptPublisher } from "./broker.ts";
import type { ConnectionAnswer, ConnectionQuestion } from "./node-command.ts";
import type { NodeLine } from "./node-line.ts";

/** A process without connections of its own, which asks those that have some. */
export interface Control extends NodeLine, ReceiptPublisher {
  /**
   * The channels somebody is subscribed to, on all nodes, with how many are.
   * @throws HubError 106 when one node alone has more than {@link channelListMax} that match; 100 when Redis does not answer.
   */
  listChannels(pattern: string): Promise<ChannelList>;
  /**
   * Asks one node, or where nobody knows which it is all of them, until one has the connection.
   * @param node its `uid`
   * @throws HubError 100 when Redis does not answer.
   */
  askConnection(
    question: Omit<ConnectionQuestion, "kind">,
    node?: string,
  ): Promise<ConnectionAnswer | ConnectionSilence>;
  close(): Promise<void>;
}

/** `gone`: no node has it. `silent`: nobody has said so, and some node has not answered in time. */
export type ConnectionSilence = "gone" | "silent";

/** Subscriptions by channel. `nodes` were asked and `answered` replied in time. */
export interface ChannelList {
  readonly nodes: number;
  readonly answered: number;
  readonly channels: ReadonlyMap<string, number>;
}
