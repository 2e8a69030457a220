import type { Batch } from "./batch.ts";
import type { TurnQueue } from "./turn-queue.ts";

/** The part of a socket an outbox needs. */
export interface OutboxSocket {
  write(bytes: Buffer): boolean;
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
}

export interface OutboxOptions {
  readonly socket: OutboxSocket;
  readonly turn: TurnQueue;
  /** The empty batch of the carrier's framing, the same for all of its connections. */
  readonly empty: Batch;
  readonly maxBytes: number;
  readonly onSlow: () => void;
}

/** From here on a frame does not get cheaper per message by growing. */
const fullFrameBytes = 65_536;

/**
 * Messages on their way to one connection. At most one write per event-loop turn and {@link fullFrameBytes}, and none while the
 * socket still holds unsent bytes of an earlier one: then messages gather here, so load makes frames larger and writes fewer.
 *
 * A full frame does not wait for the end of the turn: a node that is behind reads megabytes from Redis in one turn, and
 * would find its fastest clients slow (benches/overload).
 *
 * Invariant: `#pending` and what the socket holds unsent are together at most `maxBytes`, not counting one message that is
 * larger than the bound by itself (who asks for the members of a full room gets a large answer, and is not slow for that).
 * Past the bound the client is slow: nothing is buffered on, `onSlow` is told once, and everything appended afterwards is
 * dropped.
 */
export class Outbox {
  readonly #socket: OutboxSocket;
  readonly #turn: TurnQueue;
  readonly #maxBytes: number;
  readonly #fullBytes: number;
  readonly #onSlow: () => void;
  /** Of the carrier: where all of its connections begin. */
  readonly #empty: Batch;
  #pending: Batch;
  /** Bytes the socket held when its last write did not go through at once; 0 while it takes everything. */
  #unsentBytes = 0;
  /** The one message larger than the bound, until everything is out. */
  #oversizeBytes = 0;
  #queued = false;
  #isHeld = false;
  #ended = false;

  constructor(options: OutboxOptions) {
    this.#empty = options.empty;
    this.#pending = options.empty;
    this.#socket = options.socket;
    this.#turn = options.turn;
    this.#maxBytes = options.maxBytes;
    this.#fullBytes = Math.min(fullFrameBytes, options.maxBytes / 2);
    this.#onSlow = options.onSlow;
  }

  get isBehind(): boolean {
    return this.#pending.bytes + this.#unsentBytes > fullFrameBytes;
  }

  append(message: Buffer): void {
    if (this.#ended) return;
    const next = this.#pending.append(message);
    const bytes = next.bytes + this.#unsentBytes;
    if (bytes > this.#maxBytes + this.#oversizeBytes && !this.#admitOversize(message, bytes)) {
      this.#end();
      this.#onSlow();
      return;
    }
    this.#pending = next;
    this.#isHeld = false;
    if (next.bytes >= this.#fullBytes && !this.#socket.writableNeedDrain) {
      this.#write();
    } else if (!this.#queued) {
      this.#queued = true;
      this.#turn.add(this);
    }
  }

  /** What waits now leaves with the next message, for one write costs as much as all else of a message; or by itself, soon. */
  holdBack(): void {
    if (this.#pending === this.#empty) return;
    this.#isHeld = true;
    this.#turn.releaseSoon(this);
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.flush();
  }

  /** Called at the end of a turn, and when the socket has drained. */
  flush(): void {
    this.#queued = false;
    if (this.#isHeld || this.#pending === this.#empty) return;
    // `drained` comes back here.
    if (this.#socket.writableNeedDrain) return;
    this.#write();
  }

  drained(): void {
    this.#unsentBytes = 0;
    if (this.#pending === this.#empty) this.#oversizeBytes = 0;
    this.flush();
  }

  /** Hands everything to the socket whether or not it drains, because a close frame follows; then takes nothing more. */
  finish(): void {
    if (this.#ended) return;
    if (this.#pending !== this.#empty) this.#write();
    this.#end();
  }

  #admitOversize({ length }: Buffer, bytes: number): boolean {
    if (length <= this.#maxBytes || this.#oversizeBytes > 0 || bytes > this.#maxBytes + length) return false;
    this.#oversizeBytes = length;
    return true;
  }

  #write(): void {
    const frame = this.#pending.frame();
    this.#pending = this.#empty;
    if (this.#socket.write(frame)) {
      this.#unsentBytes = 0;
      this.#oversizeBytes = 0;
    } else {
      this.#unsentBytes = this.#socket.writableLength;
    }
  }

  #end(): void {
    this.#ended = true;
    this.#pending = this.#empty;
  }
}
