import { once } from "node:events";
import { WebSocket, type ClientOptions } from "ws";
import { eventually } from "./eventually.ts";

type Json = Record<string, unknown>;

/**
 * A client that speaks the wire by hand: it sends what it is told, valid or not, answers pings and nothing else by itself,
 * and keeps everything it gets. For tests of the protocol; tests of behaviour use the real SDK.
 */
export interface CentrifugePeer {
  /** Sends the commands as one text frame, newline-joined as the protocol has it. */
  send(...commands: readonly Json[]): void;
  /** Sends a frame as it is: text, or bytes as a binary frame. */
  sendRaw(frame: string | Uint8Array): void;
  /** Sends one command under the next id and resolves to its reply. */
  call(command: Json): Promise<Json>;
  /** The reply to the command with this id, now or when it comes. */
  reply(id: number): Promise<Json>;
  /** The first push not yet taken that matches, now or when it comes. */
  nextPush(matches?: (push: Json) => boolean): Promise<Json>;
  /** All pushes so far, taken or not. */
  readonly pushes: readonly Json[];
  /** Every frame so far as text, for tests of what shares a frame. */
  readonly frames: readonly string[];
  /** Empty messages, `{}`, so far. */
  readonly pings: number;
  /** Resolves when the connection has ended, by whichever side. */
  readonly closed: Promise<{ code: number; reason: string }>;
  close(code?: number): Promise<void>;
  /** Drops the TCP connection without a closing handshake. */
  terminate(): void;
  /** Stops and resumes reading, as a slow client does. */
  pause(): void;
  resume(): void;
}

export interface PeerOptions extends ClientOptions {
  /** Default: true. Who does not is closed with 3012, 8 to 33 s after it has connected. */
  readonly answersPings?: boolean;
}

/** @throws the socket's error when the server refuses the upgrade. */
export async function connectPeer(
  url: string,
  { answersPings = true, ...options }: PeerOptions = {},
): Promise<CentrifugePeer> {
  const socket = new WebSocket(url, options);
  const inbox = collectMessages(socket, () => {
    if (answersPings) socket.send("{}");
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, "open");
  // A reset after the opening is told by `closed`.
  socket.on("error", () => undefined);

  let lastId = 0;
  const reply = (id: number) => eventually(() => inbox.replies.get(id) ?? fail(`reply to command ${id}`, inbox.frames));
  return {
    send: (...commands) => socket.send(commands.map((command) => JSON.stringify(command)).join("\n")),
    sendRaw: (frame) => socket.send(frame, { binary: typeof frame !== "string" }),
    call(command) {
      lastId += 1;
      socket.send(JSON.stringify({ id: lastId, ...command }));
      return reply(lastId);
    },
    reply,
    nextPush: (matches = () => true) =>
      eventually(() => {
        const index = inbox.untaken.findIndex(matches);
        return index < 0 ? fail("a matching push", inbox.frames) : (inbox.untaken.splice(index, 1)[0] as Json);
      }),
    pushes: inbox.pushes,
    frames: inbox.frames,
    get pings() {
      return inbox.pings;
    },
    closed,
    async close(code = 1000) {
      socket.close(code);
      await closed;
    },
    terminate: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

function collectMessages(socket: WebSocket, onPing: () => void) {
  const inbox = {
    replies: new Map<number, Json>(),
    pushes: [] as Json[],
    untaken: [] as Json[],
    frames: [] as string[],
    pings: 0,
  };
  socket.on("message", (data) => {
    const frame = (data as Buffer).toString();
    inbox.frames.push(frame);
    for (const line of frame.split("\n").filter((text) => text !== "")) {
      const message = JSON.parse(line) as Json;
      const push = message["push"] as Json | undefined;
      if (push !== undefined) {
        inbox.pushes.push(push);
        inbox.untaken.push(push);
      } else if (typeof message["id"] === "number") inbox.replies.set(message["id"], message);
      else {
        inbox.pings += 1;
        onPing();
      }
    }
  });
  return inbox;
}

function fail(what: string, frames: readonly string[]): never {
  throw new Error(`${what} has not come; the last frames were ${JSON.stringify(frames.slice(-5))}`);
}
