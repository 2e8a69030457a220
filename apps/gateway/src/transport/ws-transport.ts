import type { Duplex } from "node:stream";
import { disconnectCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { RawData, WebSocket } from "ws";
import { Outbox } from "./outbox.ts";
import type { Transport, TransportEvents } from "./transport.ts";
import { destroyAfterCloseTimeout } from "./socket-deadline.ts";
import type { TurnQueue } from "./turn-queue.ts";

export interface WsTransportOptions {
  readonly webSocket: WebSocket;
  /** The socket under it, from the upgrade. */
  readonly socket: Duplex;
  readonly turn: TurnQueue;
  readonly remoteAddress: string;
  readonly outboxMaxBytes: number;
}

/**
 * A WebSocket as a {@link Transport}. Incoming frames, control frames and the closing handshake are `ws`'s; outgoing text
 * frames are written to the socket underneath, ready-made, because they are shared between connections. The two do not
 * mix up: without compression (which is off) `ws` writes its own frames synchronously, and a frame is one write.
 */
export class WsTransport implements Transport {
  readonly remoteAddress: string;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #outbox: Outbox;
  #events: TransportEvents | undefined;
  /** Undefined until we end the line. */
  #closeCode: number | undefined;

  constructor(options: WsTransportOptions) {
    this.remoteAddress = options.remoteAddress;
    this.#webSocket = options.webSocket;
    this.#socket = options.socket;
    this.#outbox = new Outbox({
      socket: options.socket,
      turn: options.turn,
      maxBytes: options.outboxMaxBytes,
      onSlow: () => this.#events?.slow(),
    });
  }

  /** Begins to deliver; separate from construction so that the session can hold its transport first. */
  listen(events: TransportEvents): void {
    this.#events = events;
    this.#socket.on("drain", () => this.#outbox.drained());
    // A peer that ends its side without a close frame. `ws` ends ours, without a limit on how long that may take.
    this.#socket.once("end", () => destroyAfterCloseTimeout(this.#socket));
    this.#webSocket.on("message", (data: RawData, isBinary: boolean) => {
      if (this.#closeCode !== undefined) return;
      if (isBinary) this.close(disconnectCodes.inappropriateProtocol);
      // `nodebuffer` is the binary type, so `data` is one Buffer; `ws` has checked that it is UTF-8.
      else events.frame((data as Buffer).toString());
    });
    // The closing handshake follows by itself, with 1009, 1007 or 1002; the event needs a listener all the same.
    this.#webSocket.on("error", () => undefined);
    this.#webSocket.on("close", (code: number, reason: Buffer) => {
      // Who does not answer our close frame ends with 1006; what counts is why we sent it.
      events.closed(this.#closeCode ?? code, reason.toString());
    });
  }

  send(message: Buffer): void {
    this.#outbox.append(message);
  }

  close({ code, reason }: Disconnect): void {
    if (this.#closeCode !== undefined) return;
    this.#closeCode = code;
    this.#outbox.finish();
    // Whoever is not read does not get their answer to the close frame through, and would hold the socket until its timeout.
    this.#webSocket.resume();
    this.#webSocket.close(code, reason);
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }
}
