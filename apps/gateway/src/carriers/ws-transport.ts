import type { Duplex } from "node:stream";
import type { RawData } from "ws";
import type { Batch } from "./batch.ts";
import { Outbox } from "./outbox.ts";
import { destroyThisAfterCloseTimeout } from "./socket-deadline.ts";
import type { Parting, Transport, TransportEvents } from "./transport.ts";
import type { TurnQueue } from "./turn-queue.ts";
import type { LineOwner, WsLine } from "./ws-line.ts";

export interface WsTransportOptions {
  readonly webSocket: WsLine;
  /** The socket under it, from the upgrade. */
  readonly socket: Duplex;
  readonly turn: TurnQueue;
  readonly empty: Batch;
  readonly outboxMaxBytes: number;
}

/**
 * A WebSocket as a {@link Transport}. Incoming frames, control frames and the closing handshake are `ws`'s; outgoing messages
 * are written to the socket underneath, ready-made, because they are shared between connections. The two do not
 * mix up: `ws` writes only control frames, which are never compressed, hence synchronously, and a frame is one write.
 *
 * Invariant: the outbox is finished before the close frame is written, whoever ends the line, so nothing follows it.
 */
export class WsTransport implements Transport, LineOwner {
  readonly #webSocket: WsLine;
  readonly #socket: Duplex;
  readonly #outbox: Outbox;
  #events: TransportEvents | undefined;
  /** What we ended the line with; undefined until then, and where the peer did. */
  #ourCode: number | undefined;

  constructor(options: WsTransportOptions) {
    this.#webSocket = options.webSocket;
    this.#socket = options.socket;
    this.#outbox = new Outbox({
      socket: options.socket,
      turn: options.turn,
      empty: options.empty,
      maxBytes: options.outboxMaxBytes,
      onSlow: () => this.#events?.slow(),
    });
  }

  /** Begins to deliver; separate from construction so that the session can hold its transport first. */
  listen(events: TransportEvents): void {
    this.#events = events;
    this.#socket.on("drain", () => this.#outbox.drained());
    // A peer that ends its side without a close frame. `ws` ends ours, without a limit on how long that may take.
    this.#socket.on("end", destroyThisAfterCloseTimeout);
    // Text or binary, as Centrifugo takes them: what a message is in is agreed when the line opens, not frame by frame.
    this.#webSocket.on("message", (data: RawData) => {
      // `nodebuffer` is the binary type, so it is one Buffer.
      if (this.#ourCode === undefined) events.frame(data as Buffer);
    });
    this.#webSocket.owner = this;
    // `endInput` has heard of it; the event needs a listener all the same.
    this.#webSocket.on("error", ignore);
    this.#webSocket.on("close", (code: number, reason: Buffer) => {
      // Who does not answer our close frame ends with 1006; what counts is why we sent it.
      if (this.#ourCode !== undefined) events.closed({ by: "us", code: this.#ourCode });
      else events.closed({ by: "peer", code, reason: reason.toString() });
    });
  }

  get isBehind(): boolean {
    return this.#outbox.isBehind;
  }

  send(message: Buffer): void {
    this.#outbox.append(message);
  }

  holdBack(): void {
    this.#outbox.holdBack();
  }

  close({ code, reason }: Parting): void {
    if (this.#ourCode !== undefined) return;
    this.#ourCode = code;
    this.#sendClose(code, reason);
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  /** Called by the WebSocket. */
  async endInput(code?: number, reason?: string | Buffer): Promise<void> {
    if (this.#ourCode === undefined) await this.#events?.inputEnded();
    // Closed meanwhile, this ends the socket, because the peer's close frame is here.
    if (this.#ourCode === undefined && reason === undefined) this.#ourCode = code;
    this.#sendClose(code, reason);
  }

  #sendClose(code?: number, reason?: string | Buffer): void {
    this.#outbox.finish();
    // Whoever is not read does not get their answer to the close frame through, and would hold the socket until its timeout.
    this.#webSocket.resume();
    this.#webSocket.sendClose(code, reason);
  }
}

/** One for all lines. */
function ignore(): void {}
