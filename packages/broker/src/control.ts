import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { ChannelName } from "./channel-name.ts";
import type { PublishOptions, PublishResult } from "./broker.ts";
import type { PublicationBody } from "@switchyard/protocol/publication";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { OptionOverride } from "./option-override.ts";

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

/** Which connections: all of a user, or the one (if it is the user's, where one is named), or every one there is. */
export type Target =
  | { readonly user: string }
  | { readonly client: string; readonly user?: string }
  | { readonly all: true };

export type NodeCommand =
  | {
      readonly kind: "disconnect";
      readonly target: Target;
      readonly disconnect: Disconnect;
      readonly except?: readonly string[];
    }
  | { readonly kind: "subscribe"; readonly target: Target; readonly channel: ChannelName; readonly grant?: ServerGrant }
  | { readonly kind: "unsubscribe"; readonly target: Target; readonly channel: ChannelName }
  /** `expiresAtMs` null: the connection does not expire any more. `info`, when given, replaces what others see of it. */
  | { readonly kind: "refresh"; readonly target: Target; readonly expiresAtMs: number | null; readonly info?: unknown }
  /** Data without a channel, to connections themselves: JSON text, which passes through without being parsed. */
  | {
      readonly kind: "message";
      readonly target: Target;
      readonly dataJson: string;
      readonly except?: readonly string[];
    };

/** What a back end gives to the subscriptions it makes. */
export interface ServerGrant {
  /** Shown to other subscribers of the channel. */
  readonly info?: unknown;
  /** Handed to the client with the push that tells it of the subscription: JSON text. */
  readonly dataJson?: string;
  /** Where the client stands: what it has missed since comes behind the push. */
  readonly recoverSince?: StreamPosition;
  readonly expiresAtMs?: number;
  readonly override?: OptionOverride;
}

/** Of one node's answer; Redis hands it to the asker in one piece. */
export const channelListMax = 10_000;
/** Bytes of the same. */
export const channelListMaxBytes = 1_048_576;

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

/** A node's side. */
export interface CommandHandler {
  /** Applies a command to this node's connections and says how many it concerned. */
  apply(command: NodeCommand): number;
  /** This node's channels that match, with their subscriptions; one more than `channelListMax` at most. */
  listChannels(pattern: string): readonly (readonly [channel: string, subscriptions: number])[];
}
