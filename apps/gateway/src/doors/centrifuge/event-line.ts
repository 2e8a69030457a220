import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { Parting, TransportEvents } from "../../carriers/transport.ts";
import type { Subscription } from "../../hub/subscription.ts";
import { writeEventId } from "./event-id.ts";
import type { Line } from "../seat.ts";

export type Places = Iterable<readonly [Pick<Subscription, "channel">, StreamPosition]>;

/**
 * An event stream whose events carry where its client stands, so that it can continue there on any gateway.
 *
 * The id is of the event it stands in: it covers that event, all before it, and none behind it. A client takes an id over with
 * the whole event or not at all, wherever the line is cut; so nothing is sent twice to a client that comes back, and
 * nothing is left out. That is why event and id are one message: the last word of a line that could be written between
 * the two would complete an event that was not.
 */
export class EventLine implements Line {
  readonly #stream: Line;
  /** Where the client stands once it has what is sent next. */
  places: () => Places = () => [];
  #id = "";

  constructor(stream: Line) {
    this.#stream = stream;
  }

  get isBehind(): boolean {
    return this.#stream.isBehind;
  }

  listen(events: TransportEvents): void {
    this.#stream.listen(events);
  }

  send(message: Buffer): void {
    const id = writeEventId(this.places());
    // A client keeps the last id through events that have none (HTML, section 9.2.6).
    if (id === this.#id) return this.#stream.send(message);
    this.#id = id;
    this.#stream.send(withId(message, id));
  }

  close(parting: Parting): void {
    this.#stream.close(parting);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }
}

let last: { readonly message: Buffer; readonly id: string; readonly event: Buffer } | undefined;

/** Clients that stand at the same place in the same channels are sent the very same bytes, one behind the other in a turn. */
function withId(message: Buffer, id: string): Buffer {
  if (last?.message === message && last.id === id) return last.event;
  // The lines of an event may come in any order; the framing has `data: ` before the message.
  last = { message, id, event: Buffer.concat([message, Buffer.from(`\nid: ${id}`)]) };
  return last.event;
}
