import type { ChannelName } from "@switchyard/broker/channel-name";
import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { SentPublication } from "@switchyard/protocol/publication-delta";
import type { StreamPosition } from "@switchyard/protocol/stream-position";

/**
 * What a client is told unasked, whatever wire it speaks. Each notice is one message of the wire; its door turns it into
 * bytes ({@link Encoder}).
 */
export type Notice =
  | {
      readonly kind: "publication";
      readonly channel: ChannelName;
      /** Offset 0: the channel keeps no history. `body` is the JSON text its publisher encoded. */
      readonly publication: SentPublication;
    }
  /** A client came to the channel or left it; `info` is the JSON of its `ClientInfo`. */
  | { readonly kind: "join" | "leave"; readonly channel: ChannelName; readonly info: Buffer }
  /** Data for the connection itself, outside of any channel: JSON text. */
  | { readonly kind: "message"; readonly dataJson: string }
  /** The server has subscribed the client. What was recovered follows as publications. */
  | ({ readonly kind: "subscribed"; readonly channel: ChannelName } & SubscribedState)
  /** The server has ended a subscription. */
  | { readonly kind: "unsubscribed"; readonly channel: ChannelName; readonly reason: Disconnect }
  /** The back end has moved the end of the connection; undefined: it does not expire any more. */
  | { readonly kind: "refreshed"; readonly expiresAtMs: number | undefined }
  | ({ readonly kind: "closing" } & Closing);

/** The line is about to be ended. */
export interface Closing extends Pick<Disconnect, "code" | "reason"> {
  /** Milliseconds from now after which the client is to come back; null: it is to stay away. */
  readonly reconnectAfterMs: number | null;
}

/** How it is said to whoever reads JSON, at every door. */
export function closingJson({ code, reason, reconnectAfterMs }: Closing): string {
  return JSON.stringify({ type: "closing", code, reason, reconnectAfterMs });
}

export interface SubscribedState {
  /** The client may continue from a position of its own later. */
  readonly isRecoverable: boolean;
  /** Where it stands; undefined when losses are not watched for. */
  readonly position: StreamPosition | undefined;
  /** Whether all that was missed since a position was found; undefined when none was named. */
  readonly isRecovered?: boolean | undefined;
  /** The back end's words to this subscriber: JSON text. */
  readonly dataJson?: string | undefined;
}

/**
 * How the clients of one wire read notices. A door makes one for each form of its wire, once per process, and all connections of
 * that form share it: so what many are told is encoded once, and they share the bytes ({@link Delivery}).
 */
export interface Encoder {
  /** Its own among all encoders of the process, counted from 0. */
  readonly index: number;
  encode(notice: Notice): Buffer;
  readonly ping: Buffer;
  /** Its clients answer pings; one that does not is gone. */
  readonly hasPongs: boolean;
}
