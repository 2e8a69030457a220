import type { Headers } from "@switchyard/decisions/handed-on-headers";
import { oncePerReason } from "../../session/once-per-reason.ts";
import type { Origin } from "../../session/origin.ts";
import { Session } from "../../session/session.ts";
import type { LinesInside } from "../lines-inside.ts";
import { Seat, type Line } from "../seat.ts";
import { CommandIntake, type UplinkAddress } from "./command-intake.ts";
import type { CentrifugeServices } from "./services.ts";
import type { WireForm } from "./wire-form.ts";

/** A line on which commands come by requests of their own. */
export interface Emulation extends UplinkAddress {
  readonly onClosed: () => void;
}

export interface Speech {
  /** In which the client speaks and reads. */
  readonly form: WireForm;
  readonly origin: Origin;
}

/** Of the client's own request. */
export interface CameWith {
  /** Those that a hook hands on. */
  readonly headers?: Headers | undefined;
}

/** Gives a line its session, and lets what comes on it be read in the form its client speaks. */
export type SeatSession = (line: Line, speech: Speech & CameWith, emulation?: Emulation) => void;

export function createSeat(inside: LinesInside, services: CentrifugeServices): SeatSession {
  // Nothing but a code goes to the client: a close frame has no room, and the debug line is not seen by who writes a client of their own.
  const tell = oncePerReason((reason, what) => services.logger.warn({ reason }, what));
  const onBroken = (problem: string) => tell(problem, "a client broke the protocol");
  return (line, { form, origin, headers }, emulation) => {
    const session = new Session({ transport: line, encoder: form.encoder, services, origin, headers });
    const address = emulation === undefined ? {} : { address: emulation };
    const intake = new CommandIntake({ client: session, form, line, services, onBroken, ...address });
    line.listen(new Seat({ session, intake, inside, onClosed: emulation?.onClosed }));
  };
}
