import { disconnectCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { LineEnd } from "../carriers/line-end.ts";
import type { Transport, TransportEvents } from "../carriers/transport.ts";
import type { Session } from "../session/session.ts";
import type { LeavingLine } from "./drain-lines.ts";
import type { LinesInside } from "./lines-inside.ts";

export type Line = Transport & { listen(events: TransportEvents): void };

/** Reads what the client of one line says. */
export interface Intake {
  frame(bytes: Buffer): void;
  /** Something that was taken is not answered yet. */
  readonly isBusy: boolean;
  /** Takes nothing more; resolves soon, when what was taken is answered. */
  finish(): Promise<void>;
}

interface SeatParts {
  readonly session: Session;
  readonly intake: Intake;
  readonly inside: LinesInside;
  readonly onClosed?: (() => void) | undefined;
}

/**
 * Hands what comes on a line to the session and its intake, and is the line for its door while it lasts. A class, because four closures a
 * connection take 300 bytes.
 */
export class Seat implements TransportEvents, LeavingLine {
  readonly #session: Session;
  readonly #intake: SeatParts["intake"];
  readonly #inside: LinesInside;
  readonly #onClosed: (() => void) | undefined;

  constructor({ session, intake, inside, onClosed }: SeatParts) {
    this.#session = session;
    this.#intake = intake;
    this.#inside = inside;
    this.#onClosed = onClosed;
    inside.add(this);
  }

  get isIn(): boolean {
    return this.#session.state === "connected";
  }

  get isBusy(): boolean {
    return this.#intake.isBusy;
  }

  announceEnd(reason: Disconnect, inMs: number): boolean {
    return this.#session.announceEnd(reason, inMs);
  }

  disconnect(reason: Disconnect, isAnnounced?: boolean): void {
    this.#session.disconnect(reason, isAnnounced);
  }

  frame(bytes: Buffer): void {
    this.#intake.frame(bytes);
  }

  slow(): void {
    this.#session.slow();
  }

  flooded(): void {
    this.#session.disconnect(disconnectCodes.tooManyRequests);
  }

  inputEnded(): Promise<void> {
    return this.#intake.finish();
  }

  closed(end: LineEnd): void {
    this.#onClosed?.();
    this.#session.closed(end);
    this.#inside.delete(this);
  }
}
