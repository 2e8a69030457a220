import { disconnectCodes, mayReconnect, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import { jsonEncoding } from "@switchyard/protocol/encoding/json";
import type { Encoder } from "../../hub/notice.ts";
import { Session } from "../../session/session.ts";
import type { LinesInside } from "../lines-inside.ts";
import { letListenerIn, type Listener } from "./let-listener-in.ts";
import { decodeConnectRequest } from "./connect-request.ts";
import type { PlaceIn } from "./event-id.ts";
import { Seat, type Line } from "./seat-session.ts";
import type { CentrifugeServices } from "./services.ts";
import { toPush } from "./wire-form.ts";

/** What is said beside the connect request, by the address. */
export interface Opening {
  /** For a client that can say it nowhere else; empty: it says none. */
  readonly token: string;
  /** Where it stood in its channels. */
  readonly placeIn?: PlaceIn | undefined;
}

/**
 * Gives a line whose client only listens its session. The first thing the client says is who it is; what it says later is not
 * read. Returns how to say it for the client.
 */
export type SeatListener = (line: Line, opening: Opening) => (said: Buffer) => void;

/** @param index the encoder's, its own in this process */
export function createListenerSeat(inside: LinesInside, services: CentrifugeServices, index: number): SeatListener {
  const encoder: Encoder = {
    index,
    encode: (notice) => jsonEncoding.barePush(toPush(notice)),
    ping: jsonEncoding.ping,
    hasPongs: false,
  };
  return (line, opening) => {
    const session = new Session({ transport: line, encoder, services });
    const intake = new Introduction(
      { client: session, line, encoder, placeIn: opening.placeIn },
      opening.token,
      services,
    );
    inside.add(session);
    line.listen(new Seat({ session, intake, inside }));
    return (said) => intake.frame(said);
  };
}

/** What a client that only listens says. */
class Introduction {
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
    if (this.#isSaid) return;
    this.#isSaid = true;
    const request = decodeConnectRequest(said);
    if (typeof request !== "string") {
      void letListenerIn({ ...this.#listener, request: { token: this.#token, ...request } }, this.#services);
      return;
    }
    const { client } = this.#listener;
    this.#services.logger.debug({ client: client.id, problem: request }, "protocol broken");
    client.disconnect(disconnectCodes.badRequest);
  }

  /** Nothing of what it says is answered. */
  finish(): Promise<void> {
    return Promise.resolve();
  }
}

/** The last message to a client that only listens. */
export function listenerFarewell({ code, reason }: Disconnect): Buffer {
  return jsonEncoding.barePush({ kind: "disconnect", code, reason, reconnect: mayReconnect(code) });
}
