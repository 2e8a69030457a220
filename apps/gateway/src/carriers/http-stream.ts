import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { Batch } from "./batch.ts";
import { Outbox } from "./outbox.ts";
import type { Refusal } from "../entrance/entrance.ts";
import { refuseRequest } from "./http-handler.ts";
import { destroyAfterCloseTimeout } from "./socket-deadline.ts";
import type { Parting, Transport, TransportEvents } from "./transport.ts";
import type { TurnQueue } from "./turn-queue.ts";

export interface HttpStreamOptions {
  readonly response: ServerResponse;
  /** Under the response, whose turn on it has come. */
  readonly socket: Socket;
  readonly contentType: string;
  readonly turn: TurnQueue;
  readonly empty: Batch;
  readonly outboxMaxBytes: number;
  /** The last message: HTTP has no close code. */
  readonly farewell: (parting: Parting) => Buffer;
  /**
   * Where it is there, the response begins with the first message. A line that is ended before is answered by this instead;
   * undefined: by a stream with nothing but the farewell.
   */
  readonly refusal?: (disconnect: Disconnect) => Refusal | undefined;
}

/**
 * A response that does not end as a {@link Transport}: the way down. What the client says comes by requests of its own and is
 * handed in by {@link receive}.
 *
 * Node writes the head, the last chunk and closes the socket; what is between is written to the socket underneath, ready-made,
 * because chunks are shared between connections.
 */
export class HttpStream implements Transport {
  readonly hasUplinks = true;
  readonly #options: HttpStreamOptions;
  readonly #outbox: Outbox;
  #events: TransportEvents | undefined;
  #ourCode: number | undefined;
  #hasBegun = false;
  /** The peer has ended its side, and Node ours with it. */
  #isGone = false;
  #isPaused = false;
  /** Came while paused. */
  readonly #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(options: HttpStreamOptions) {
    const { socket } = options;
    this.#options = options;
    this.#outbox = new Outbox({
      socket,
      turn: options.turn,
      empty: options.empty,
      maxBytes: options.outboxMaxBytes,
      onSlow: () => this.#events?.slow(),
    });
    // Who is quiet between two pings is not late; who is gone does not answer them.
    socket.setTimeout(0);
    if (options.refusal === undefined) this.#begin();
  }

  listen(events: TransportEvents): void {
    const { response, socket } = this.#options;
    this.#events = events;
    socket.on("drain", () => this.#outbox.drained());
    socket.once("end", () => {
      this.#isGone = true;
      // Takes nothing more; and what still waits cannot be written, which destroys the socket now and not later.
      this.#outbox.finish();
      destroyAfterCloseTimeout(socket);
    });
    response.once("close", () => {
      if (this.#ourCode !== undefined) events.closed({ by: "us", code: this.#ourCode });
      else events.closed({ by: "peer", code: lostLine, reason: "" });
    });
  }

  get isBehind(): boolean {
    return this.#outbox.isBehind;
  }

  send(message: Buffer): void {
    if (!this.#hasBegun) this.#begin();
    this.#outbox.append(message);
  }

  /** What the client said, in the order in which it came. */
  receive(frame: Buffer): void {
    if (this.#ourCode !== undefined) return;
    if (!this.#isPaused) return this.#events?.frame(frame);
    this.#heldBytes += frame.length;
    // Requests cannot be left unread in the client's own buffers as a socket can: whoever sends on and on must be stopped.
    if (this.#heldBytes > this.#options.outboxMaxBytes) return this.#events?.flooded();
    this.#held.push(frame);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    // The first of them may pause again.
    while (!this.#isPaused) {
      const frame = this.#held.shift();
      if (frame === undefined) return;
      this.#heldBytes -= frame.length;
      this.#events?.frame(frame);
    }
  }

  close(parting: Parting): void {
    if (this.#ourCode !== undefined) return;
    this.#ourCode = parting.code;
    if (this.#isGone) return;
    const { response, socket, empty, farewell } = this.#options;
    const refusal = this.#hasBegun ? undefined : this.#options.refusal?.(parting);
    if (refusal !== undefined) {
      // Nothing else can come over this socket: it was let in as a stream.
      refuseRequest(response.req, response, { ...refusal, headers: { ...refusal.headers, Connection: "close" } });
      destroyAfterCloseTimeout(socket);
      return;
    }
    if (!this.#hasBegun) this.#begin();
    this.#outbox.finish();
    // Past the outbox, which takes nothing more from a client that was slow.
    socket.write(empty.append(farewell(parting)).frame());
    response.end();
    destroyAfterCloseTimeout(socket);
  }

  #begin(): void {
    const { response, contentType } = this.#options;
    this.#hasBegun = true;
    response.writeHead(200, {
      "Content-Type": contentType,
      "Cache-Control": "no-store, no-transform",
      "Transfer-Encoding": "chunked",
      Connection: "close",
      // nginx would wait for more.
      "X-Accel-Buffering": "no",
    });
    response.flushHeaders();
  }
}

/** As a WebSocket that is lost without a close frame: a client has no way to say here why it leaves. */
const lostLine = 1006;
