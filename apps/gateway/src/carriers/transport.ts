import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { LineEnd } from "./line-end.ts";

/**
 * One client's line, whatever carries it. A session speaks to this port and never to a socket; WebSockets and HTTP streams
 * implement it.
 */
export interface Transport {
  /** For logs. */
  readonly remoteAddress: string;
  /** What the client says comes by requests of their own, over any node, and so by way of Redis. Default: false. */
  readonly hasUplinks?: boolean;
  /**
   * Queues one message, whole, as the wire's form wants it between others (JSON without a newline). Messages of one event-loop turn leave together. Handing the same
   * Buffer object to many transports is what makes fan-out cheap: they share the bytes on the wire.
   */
  send(message: Buffer): void;
  /** Sends what is queued, then ends the line with this code. Idempotent. */
  close(disconnect: Disconnect): void;
  /** Stops and resumes reading, so that a client's flood stays in its own TCP buffers. */
  pause(): void;
  resume(): void;
}

/** What a transport tells its session; each `closed` is called once and last. */
export interface TransportEvents {
  /** One message of the client, undecoded. The bytes are the listener's: nothing writes over them later. */
  frame(bytes: Buffer): void;
  /** The client does not take what it is sent, and the bound is reached; called once. It must be ended, but not in this call. */
  slow(): void;
  /**
   * No further frame counts, for the client has said goodbye or has broken the carrier's protocol. Resolves, soon whatever
   * happens, when the frames before are answered; the line is ended then.
   */
  inputEnded(): Promise<void>;
  closed(end: LineEnd): void;
}
