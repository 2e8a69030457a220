import type { Headers } from "@switchyard/decisions/handed-on-headers";
import type { ConnectRequest } from "@switchyard/protocol/commands/connect";
import { disconnectCodes, mayReconnect, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import { oncePerReason } from "../../session/once-per-reason.ts";
import type { Origin } from "../../session/origin.ts";
import { Session } from "../../session/session.ts";
import type { LinesInside } from "../lines-inside.ts";
import { letListenerIn, type Listener } from "./let-listener-in.ts";
import type { PlaceIn } from "./event-id.ts";
import type { ListenerForm } from "./listener-form.ts";
import { Seat, type Line } from "../seat.ts";
import type { CentrifugeServices } from "./services.ts";

/** What is known of a client before its connect request: how it reads, and what it says by its address. */
export interface Opening {
  readonly form: ListenerForm;
  readonly origin: Origin;
  /** Of its own request: those that a hook hands on. */
  readonly headers?: Headers | undefined;
  /** For a client that can say it nowhere else; empty: it says none. */
  readonly token: string;
  /** Where it stood in its channels. */
  readonly placeIn?: PlaceIn | undefined;
}

/**
 * Gives a line whose client only listens its session. The first thing the client says is who it is; what it says later is not
 * read. Returns how to say it for the client: its request, or what is wrong with
 * what it said.
 */
export type SeatListener = (line: Line, opening: Opening) => (request: ConnectRequest | string) => void;

export function createListenerSeat(inside: LinesInside, services: CentrifugeServices): SeatListener {
  const tell = oncePerReason((reason, what) => services.logger.warn({ reason }, what));
  return (line, { form, origin, headers, token, placeIn }) => {
    const session = new Session({ transport: line, encoder: form.encoder, services, origin, headers });
    const refuse = (end: Disconnect) => {
      // What is temporary is the hub's own trouble, and logged where it arose.
      if (end.detail !== undefined && !mayReconnect(end.code)) tell(end.detail, "refused a client that only listens");
      session.disconnect(end);
    };
    const intake = new Introduction({ client: session, line, form, placeIn, refuse }, token, services);
    line.listen(new Seat({ session, intake, inside }));
    return (request) => intake.take(request);
  };
}

/** What a client that only listens says. */
class Introduction {
  /** Nothing of what it says is answered. */
  readonly isBusy = false;
  readonly #listener: Omit<Listener, "request">;
  readonly #token: string;
  readonly #services: CentrifugeServices;
  #isSaid = false;

  constructor(listener: Omit<Listener, "request">, token: string, services: CentrifugeServices) {
    this.#listener = listener;
    this.#token = token;
    this.#services = services;
  }

  frame(said: Buffer): void {
    if (!this.#isSaid) this.take(this.#listener.form.decode(said));
  }

  /** Once: what the address says is taken before any frame. */
  take(request: ConnectRequest | string): void {
    this.#isSaid = true;
    if (typeof request !== "string") {
      void letListenerIn({ ...this.#listener, request: { token: this.#token, ...request } }, this.#services);
      return;
    }
    this.#listener.refuse({ ...disconnectCodes.badRequest, detail: request });
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }
}
