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
  #witness: Witness | undefined;

  constructor(name: string, conflation: Conflation | undefined) {
    this.name = name;
    this.conflation = conflation;
  }

  get witness(): Witness | undefined {
    return this.#witness;
  }

  /** A position read from the stream counts until a publication is seen. */
  noteTop({ offset, epoch }: StreamPosition): void {
    this.#witness ??= { offset, epoch, timeMs: undefined };
  }

  /** Forgets what was seen, once everybody here has been told to start over. */
  forget(): void {
    this.#witness = undefined;
  }

  /** `repeated`: the very publication seen last, which a reconnect can bring twice. */
  observe({ offset, epoch, timeMs }: ReceivedPublication): "new" | "repeated" | "forked" {
    const seen = this.#witness;
    if (seen !== undefined && seen.epoch === epoch && offset <= seen.offset) {
      return offset === seen.offset && seen.timeMs === timeMs ? "repeated" : "forked";
    }
    this.#witness = { offset, epoch, timeMs };
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
