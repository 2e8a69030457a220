import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { PublishOptions, PublishResult } from "./broker.ts";
import type { PublicationBody } from "@switchyard/protocol/publication";

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
   * Publishes and waits for every interested node to say how many connections it handed the message to.
   * `answered` below `nodes` means that some did not say in time; a duplicate or suppressed publication reached nobody.
   */
  publishWithReceipt(
    channel: string,
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
  | { readonly kind: "subscribe"; readonly target: Target; readonly channel: string }
  | { readonly kind: "unsubscribe"; readonly target: Target; readonly channel: string }
  /** `expiresAtMs` null: the connection does not expire any more. */
  | { readonly kind: "refresh"; readonly target: Target; readonly expiresAtMs: number | null }
  /** Data without a channel, to connections themselves: JSON text, which passes through without being parsed. */
  | {
      readonly kind: "message";
      readonly target: Target;
      readonly dataJson: string;
      readonly except?: readonly string[];
    };

/** `nodes` heard the question, `answered` of them replied in time, about `connections` connections in all. */
export interface NodeAnswers {
  readonly nodes: number;
  readonly answered: number;
  readonly connections: number;
}

/** A node's side: applies a command to its own connections and says how many it concerned. */
export type ApplyCommand = (command: NodeCommand) => number;
