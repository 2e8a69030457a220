import type { LineEnd } from "../carriers/line-end.ts";
import type { Transport, TransportEvents } from "../carriers/transport.ts";
import type { Session } from "../session/session.ts";
import type { LinesInside } from "./lines-inside.ts";

export type Line = Transport & { listen(events: TransportEvents): void };

/** Reads what the client of one line says. */
export interface Intake {
  frame(bytes: Buffer): void;
  /** Takes nothing more; resolves soon, when what was taken is answered. */
  finish(): Promise<void>;
}

interface SeatParts {
  readonly session: Session;
  readonly intake: Intake;
  readonly inside: LinesInside;
  readonly onClosed?: (() => void) | undefined;
}

/** Hands what comes on a line to the session and its intake. A class, because four closures a connection take 300 bytes. */
export class Seat implements TransportEvents {
  readonly #session: Session;
  readonly #intake: SeatParts["intake"];
  readonly #inside: LinesInside;
  readonly #onClosed: (() => void) | undefined;

  constructor({ session, intake, inside, onClosed }: SeatParts) {
    this.#session = session;
    this.#intake = intake;
    this.#inside = inside;
    this.#onClosed = onClosed;
  }

  frame(bytes: Buffer): void {
    this.#intake.frame(bytes);
  }

  slow(): void {
    this.#session.slow();
  }

  inputEnded(): Promise<void> {
    return this.#intake.finish();
  }

  closed(end: LineEnd): void {
    this.#onClosed?.();
    this.#session.closed(end);
    this.#inside.delete(this.#session);
  }
}
