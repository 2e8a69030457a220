import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { LineEnd } from "./line-end.ts";

/**
 * One client's line, whatever carries it. A session speaks to this port and never to a socket; WebSockets and HTTP streams
 * implement it.
 */
export interface Transport {
  /** What the client says comes by requests of their own, over any node, and so by way of Redis. Default: false. */
  readonly hasUplinks?: boolean;
  /**
   * Queues one message, whole, as the wire's form wants it between others (JSON without a newline). Messages of one event-loop turn leave together. Handing the same
   * Buffer object to many transports is what makes fan-out cheap: they share the bytes on the wire.
   */
  send(message: Buffer): void;
  /** What is queued may wait a moment for the next message, to leave with it. Default: it leaves with its turn. */
  holdBack?(): void;
  /** More waits for the client than one frame takes, so what is sent now comes late, if at all. */
  readonly isBehind: boolean;
  /** Sends what is queued, then ends the line with this code. Idempotent. For sessions, which have told the client before. */
  close(parting: Parting): void;
  /** Stops and resumes reading, so that a client's flood stays in its own TCP buffers. */
  pause(): void;
  resume(): void;
}

/** How a line is ended by us; `session/parting.ts` makes it. */
export interface Parting extends Disconnect {
  /** Milliseconds from now after which the client is to come back; null: it is to stay away. */
  readonly reconnectAfterMs: number | null;
}

/** What a transport tells its session; each `closed` is called once and last. */
export interface TransportEvents {
  /** One message of the client, undecoded. The bytes are the listener's: nothing writes over them later. */
  frame(bytes: Buffer): void;
  /** The client does not take what it is sent, and the bound is reached; called once. It must be ended, but not in this call. */
  slow(): void;
  /** The client says more than is taken from it, and cannot be made to wait. It must be ended. */
  flooded(): void;
  /**
   * No further frame counts, for the client has said goodbye or has broken the carrier's protocol. Resolves, soon whatever
   * happens, when the frames before are answered; the line is ended then.
   */
  inputEnded(): Promise<void>;
  closed(end: LineEnd): void;
}
