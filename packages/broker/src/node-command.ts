import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { ChannelName } from "./channel-name.ts";
import type { OptionOverride } from "./channel-rules.ts";

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
  /** Out of channels and into others, in one act: a connection that cannot enter one stays out of those it was to leave. */
  | {
      readonly kind: "move";
      readonly target: Target;
      readonly unsubscribe: readonly ChannelName[];
      readonly subscribe: readonly ChannelName[];
    }
  /** `expiresAtMs` null: the connection does not expire any more. `info`, when given, replaces what others see of it. */
  | { readonly kind: "refresh"; readonly target: Target; readonly expiresAtMs: number | null; readonly info?: unknown }
  /** Data without a channel, to connections themselves: JSON text, which passes through without being parsed. */
  | {
      readonly kind: "message";
      readonly target: Target;
      readonly dataJson: string;
      readonly except?: readonly string[];
    };

/** What a client sends to a connection of its own, arrived at another gateway than the connection's. */
export type Uplink = {
  readonly kind: "uplink";
  /** The secret its client was told when it connected. */
  readonly session: string;
} & ({ readonly text: string } | { readonly base64: string });

/** Asks the node that has a connection about it, having changed the back end's notes where `annotate` is there. */
export interface ConnectionQuestion {
  readonly kind: "connection";
  readonly client: string;
  readonly annotate?: Annotation;
}

/** New notes in the place of the old ones, or (`isPatch`) a change of them as RFC 7396 has it. A JSON object. */
export interface Annotation {
  readonly meta: object;
  readonly isPatch: boolean;
}

/** Of the notes about one connection, as JSON text. */
export const metaMaxBytes = 16_384;

/** What a node says of one of its connections. */
export interface ConnectionDetail {
  readonly client: string;
  readonly user: string;
  /** Subscriptions that the server made are its own to end. */
  readonly channels: readonly { readonly channel: string; readonly isServerSide: boolean }[];
  /** Null: it does not expire. */
  readonly expiresAtMs: number | null;
  /** The back end's notes: claim `meta` of its token, or what they were changed to. */
  readonly meta?: unknown;
}

/** `meta_too_large`: the notes would be larger than {@link metaMaxBytes}, and stay as they are. */
export type ConnectionAnswer = ConnectionDetail | "meta_too_large";

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

/** A node's side. */
export interface CommandHandler {
  /** Applies a command to this node's connections and says how many it concerned. */
  apply(command: NodeCommand): number;
  /** Hands the frame to its session, and says for how many there is: one or none. */
  take(uplink: Uplink): number;
  /** Undefined: this node has no such connection. */
  answer(question: ConnectionQuestion): ConnectionAnswer | undefined;
  /** This node's channels that match, with their subscriptions; one more than `channelListMax` at most. */
  listChannels(pattern: string): readonly (readonly [channel: string, subscriptions: number])[];
}
