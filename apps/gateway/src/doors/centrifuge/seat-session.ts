import type { Transport, TransportEvents } from "../../carriers/transport.ts";
import { Session } from "../../session/session.ts";
import type { LinesInside } from "../lines-inside.ts";
import { CommandIntake, type UplinkAddress } from "./command-intake.ts";
import type { CentrifugeServices } from "./services.ts";
import type { WireForm } from "./wire-form.ts";

export type Line = Transport & { listen(events: TransportEvents): void };

/** A line on which commands come by requests of their own. */
export interface Emulation extends UplinkAddress {
  readonly onClosed: () => void;
}

/** Gives a line its session, and lets what comes on it be read in the form its client speaks. */
export type SeatSession = (line: Line, form: WireForm, emulation?: Emulation) => void;

export function createSeat(inside: LinesInside, services: CentrifugeServices): SeatSession {
  return (line, form, emulation) => {
    const session = new Session({ transport: line, encoder: form.encoder, services });
    const address = emulation === undefined ? {} : { address: emulation };
    const intake = new CommandIntake({ client: session, form, line, services, ...address });
    inside.add(session);
    line.listen({
      frame: (bytes) => intake.frame(bytes),
      slow: () => session.slow(),
      inputEnded: () => intake.finish(),
      closed(end) {
        emulation?.onClosed();
        session.closed(end);
        inside.delete(session);
      },
    });
  };
}
