import { emptyBatch, type Batch } from "./batch.ts";
import type { TurnQueue } from "./turn-queue.ts";

/** The part of a socket an outbox needs. */
export interface OutboxSocket {
  write(bytes: Buffer): boolean;
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
}

/**
 * Messages on their way to one connection. At most one write per event-loop turn, and none while the socket still holds
 * unsent bytes of an earlier one: then messages gather here, so load makes frames larger and writes fewer.
 *
 * Invariant: `#pending` and what the socket holds unsent are together at most `maxBytes`, except that a single message
 * larger than the bound may pass alone. Past the bound the client is slow: nothing is buffered on, `onSlow` is told once,
 * and everything appended afterwards is dropped.
 */
export class Outbox {
  readonly #socket: OutboxSocket;
  readonly #turn: TurnQueue;
  readonly #maxBytes: number;
  readonly #onSlow: () => void;
  #pending: Batch = emptyBatch;
  /** Bytes the socket held when its last write did not go through at once; 0 while it takes everything. */
  #unsentBytes = 0;
  #queued = false;
  #ended = false;

  constructor(options: { socket: OutboxSocket; turn: TurnQueue; maxBytes: number; onSlow: () => void }) {
    this.#socket = options.socket;
    this.#turn = options.turn;
    this.#maxBytes = options.maxBytes;
    this.#onSlow = options.onSlow;
  }

  append(message: Buffer): void {
    if (this.#ended) return;
    const next = this.#pending.append(message);
    if (next.bytes + this.#unsentBytes > this.#maxBytes && (this.#pending !== emptyBatch || this.#unsentBytes > 0)) {
      this.#end();
      this.#onSlow();
      return;
    }
    this.#pending = next;
    if (!this.#queued) {
      this.#queued = true;
      this.#turn.add(this);
    }
  }

  /** Called at the end of a turn, and when the socket has drained. */
  flush(): void {
    this.#queued = false;
    if (this.#pending === emptyBatch) return;
    // `drained` comes back here.
    if (this.#socket.writableNeedDrain) return;
    this.#write();
  }

  drained(): void {
    this.#unsentBytes = 0;
    this.flush();
  }

  /** Hands everything to the socket whether or not it drains, because a close frame follows; then takes nothing more. */
  finish(): void {
    if (this.#ended) return;
    if (this.#pending !== emptyBatch) this.#write();
    this.#end();
  }

  #write(): void {
    const frame = this.#pending.frame();
    this.#pending = emptyBatch;
    this.#unsentBytes = this.#socket.write(frame) ? 0 : this.#socket.writableLength;
  }

  #end(): void {
    this.#ended = true;
    this.#pending = emptyBatch;
  }
}
