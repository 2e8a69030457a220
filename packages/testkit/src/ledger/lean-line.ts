import { WebSocket } from "ws";
import { openStreamLine } from "../stream-line.ts";

/** What carries a client's line. */
export const carriers = ["websocket", "http_stream", "sse"] as const;
export type Carrier = (typeof carriers)[number];

/** A lean client's line, whatever carries it. */
export interface LeanLine {
  send(frame: string): void;
  /** Ends it as a client does that has no more to say. */
  end(): void;
  drop(): void;
  /** Stops and resumes reading. */
  pause(): void;
  resume(): void;
}

export interface LeanLineEvents {
  messages(texts: readonly string[]): void;
  closed(code: number, reason: string): void;
}

/** @param url of the hub's WebSockets; the paths of streams are beside it */
export function openLeanLine(
  { carrier, url, opening }: { readonly carrier: Carrier; readonly url: string; readonly opening: string },
  events: LeanLineEvents,
): LeanLine {
  if (carrier === "websocket") return openWebSocket(url, opening, events);
  const { host } = new URL(url);
  const line = openStreamLine(
    { kind: carrier, origin: `http://${host}`, opening },
    { message: (text) => events.messages([text]), closed: (code, reason) => events.closed(code, reason) },
  );
  return {
    send: (frame) => line.send(frame),
    end: () => line.drop(),
    drop: () => line.drop(),
    pause: () => line.pause(),
    resume: () => line.resume(),
  };
}

function openWebSocket(url: string, opening: string, events: LeanLineEvents): LeanLine {
  const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: 5_000 });
  socket.on("error", () => undefined);
  socket.on("open", () => socket.send(opening));
  socket.on("message", (data) => events.messages((data as Buffer).toString().split("\n")));
  socket.on("close", (code, reason) => events.closed(code, reason.toString()));
  return {
    send: (frame) => socket.send(frame),
    end: () => socket.close(1000),
    drop: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}
