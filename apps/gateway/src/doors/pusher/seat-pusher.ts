import type { PusherApp } from "@switchyard/pusher/apps";
import { anonymous } from "../../access/token-kind.ts";
import type { Encoder } from "../../hub/notice.ts";
import { enlist } from "../../session/admit.ts";
import { ContinuingSession } from "../../session/continuing-session.ts";
import type { Origin } from "../../session/origin.ts";
import type { LinesInside } from "../lines-inside.ts";
import { Seat } from "../seat.ts";
import { frame } from "./frames.ts";
import { PusherConnection } from "./pusher-connection.ts";
import { pusherEncoder } from "./pusher-encoder.ts";
import type { PusherLine } from "./pusher-line.ts";
import type { PusherShared } from "./services.ts";

/** How clients of one app read: with positions behind events once they have asked for them. */
export interface PusherForms {
  readonly plain: Encoder;
  readonly withPositions: Encoder;
}

/** Encoders are told apart by a number over all doors; those below are other doors'. */
const firstIndex = 16;

/** @param place of the app among all */
export function pusherForms(app: PusherApp, place: number): PusherForms {
  const index = firstIndex + 2 * place;
  return {
    plain: pusherEncoder({ app, index, tellsPositions: false }),
    withPositions: pusherEncoder({ app, index: index + 1, tellsPositions: true }),
  };
}

export interface PusherSeat {
  readonly app: PusherApp;
  readonly line: PusherLine;
  readonly form: PusherForms;
  readonly origin: Origin;
  readonly inside: LinesInside;
  readonly onClosed: () => void;
  /** Of the socket, for its client; the client's, for the hub. */
  readonly id: string;
  /** Seconds without a message after which the client asks whether we are there. */
  readonly activitySeconds: number;
}

/** Gives a line its session. Its client is in at once, as the anonymous user: what it may do is asked channel by channel. */
export function seatPusher(options: PusherSeat, services: PusherShared): void {
  const { app, line, form, origin, inside, onClosed, id, activitySeconds } = options;
  const client = new ContinuingSession({ transport: line, encoder: form.plain, services, origin, id });
  const tellPositions = () => client.readIn(form.withPositions);
  const connection = new PusherConnection({ app, client, line, services, tellPositions });
  line.listen(
    new Seat({
      session: client,
      intake: connection,
      inside,
      onClosed() {
        connection.closed();
        onClosed();
      },
    }),
  );
  const refusal = enlist(client, anonymous, services);
  if (refusal?.kind === "disconnect") return client.disconnect(refusal.disconnect);
  const data = { socket_id: id, activity_timeout: activitySeconds };
  line.send(frame({ event: "pusher:connection_established", data }));
  client.connected();
}
