import type { ReceivedPublication } from "@switchyard/broker/broker";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { Conflation } from "./conflation.ts";
import type { Subscription } from "../session/subscription.ts";

/** The newest publication a node has seen in a channel. `timeMs` is Redis' own, and undefined when only its position is known. */
export interface Witness extends StreamPosition {
  readonly timeMs: number | undefined;
}

/**
 * What this node knows of one channel somebody here listens to.
 *
 * Beside the subscriptions it holds a *witness*: the newest publication seen. Redis sends a channel's publications in the order
 * of their offsets, so one that is not newer than the witness, in the same epoch, proves that the stream went back and its
 * offsets are being used again for other messages: a stale replica was promoted, or the tail of the append-only file was
 * lost. Offset and epoch alone would let clients "recover" the wrong history in silence.
 */
export class LocalChannel {
  readonly name: string;
  /** Undefined where every publication is sent. */
  readonly conflation: Conflation | undefined;
  /** A plain array, each subscription knowing its place: fan-out walks it far more often than anybody joins or leaves. */
  readonly subscriptions: Subscription[] = [];
  /** The round of the position check in which something was last heard or checked here. */
  activeRound = 0;
  #heard: Witness | undefined;
  #read: StreamPosition | undefined;

  constructor(name: string, conflation: Conflation | undefined) {
    this.name = name;
    this.conflation = conflation;
  }

  /** What the stream must still hold: the newest publication heard, or else the top that was read first. */
  get witness(): Witness | undefined {
    return this.#heard ?? (this.#read === undefined ? undefined : { ...this.#read, timeMs: undefined });
  }

  /**
   * A position somebody here read from the stream. It is no measure of what is heard: publications sent before the reading may
   * still be on their way, on the other connection.
   */
  noteTop({ offset, epoch }: StreamPosition): void {
    this.#read ??= { offset, epoch };
  }

  /** Continues behind a gap, from a top that was read. */
  restart({ offset, epoch }: StreamPosition): void {
    this.#heard = undefined;
    this.#read = { offset, epoch };
  }

  /** Forgets what was seen, once everybody here has been told to start over. */
  forget(): void {
    this.#heard = undefined;
    this.#read = undefined;
  }

  /**
   * `repeated`: the very publication heard last, which a reconnect can bring twice. `gap`: some before it were not heard, and
   * whether history is still the same must be looked at first; the witness stays where it is until then.
   */
  observe({ offset, epoch, timeMs }: ReceivedPublication): "new" | "repeated" | "gap" | "forked" {
    const heard = this.#heard;
    if (heard?.epoch === epoch) {
      if (offset > heard.offset + 1) return "gap";
      if (offset <= heard.offset) return offset === heard.offset && heard.timeMs === timeMs ? "repeated" : "forked";
    }
    // Not the publication itself, which would keep its body.
    this.#heard = { offset, epoch, timeMs };
    return "new";
  }

  add(subscription: Subscription): void {
    subscription.hubIndex = this.subscriptions.push(subscription) - 1;
  }

  /** The last one moves into the gap. */
  remove(subscription: Subscription): void {
    const index = subscription.hubIndex;
    subscription.hubIndex = -1;
    const last = this.subscriptions.pop();
    if (last === undefined || last === subscription) return;
    this.subscriptions[index] = last;
    last.hubIndex = index;
  }

  /** Those who watch for losses. */
  positioned(): Subscription[] {
    return this.subscriptions.filter(({ isLive, position }) => isLive && position !== undefined);
  }
}
