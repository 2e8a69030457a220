import type { SentPublication } from "../delta/publication-delta.ts";
import type { Disconnect } from "../disconnect-codes.ts";
import type { Payload } from "../payload.ts";
import type { ConnectionResult } from "./results.ts";

/** What the server says unasked. */
export type Push =
  | ({ readonly kind: "pub"; readonly channel: string } & SentPublication)
  /** Somebody came or went; `info` is the JSON of their `ClientInfo`. */
  | { readonly kind: "join" | "leave"; readonly channel: string; readonly info: Buffer }
  | ({ readonly kind: "unsubscribe"; readonly channel: string } & Disconnect)
  /** Data without a channel, to the connection itself. */
  | { readonly kind: "message"; readonly data: Payload }
  | ({ readonly kind: "subscribe"; readonly channel: string } & ServerSubscription)
  /** Only to connections that only listen, as the first one; others have it as the reply to their command. */
  | { readonly kind: "connect"; readonly result: ConnectionResult }
  /** Only where the carrier has no way of its own to say why it ends. */
  | ({ readonly kind: "disconnect"; readonly reconnect: boolean } & Disconnect)
  /** The server moved the end of the connection. */
  | { readonly kind: "refresh"; readonly expires?: true; readonly ttl?: number };

/** A subscription the server made. What was recovered follows as pushes of their own: the SDK takes none out of this one. */
export interface ServerSubscription {
  readonly recoverable?: true;
  readonly positioned?: true;
  readonly epoch?: string;
  readonly offset?: number;
  /** Whether it was to continue from a position, and did. In JSON alone: the Protobuf form has no such fields. */
  readonly was_recovering?: true;
  readonly recovered?: true;
  readonly data?: Payload;
}
