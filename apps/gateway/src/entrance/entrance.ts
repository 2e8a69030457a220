import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { createConnectionGate } from "./connection-gate.ts";
import { isOriginAllowed } from "./origin.ts";
import { createRefusedOriginLog } from "./refused-origins.ts";

/** Why a request is not let in. */
export interface Refusal {
  readonly status: number;
  /** For the person who looks at the answer; names what to change. */
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Who may open a connection, whatever carries it and whatever it speaks: judged by address, origin and rate before anything
 * is read of it, when a refusal costs least. What needs to know the user is decided later (session/admit.ts).
 */
export interface Entrance {
  /** Counts the sockets of a server from when they arrive: one that never says anything holds as much as one that is let in. */
  watch(server: Server): void;
  /**
   * The request asks for a connection. `misshapen` is what its carrier finds wrong with its form. Undefined: it may come in.
   */
  judge(request: IncomingMessage, misshapen: Refusal | undefined): Refusal | undefined;
  /** The same for one whose socket goes on to be read as HTTP: until it is given back, no other request may come over it. */
  judgeStream(request: IncomingMessage, misshapen: Refusal | undefined): Refusal | undefined;
  /** Who was let in has become no connection: its socket may ask for other things. */
  giveBack(request: IncomingMessage): void;
  /** The request asks for something of a connection there is. Undefined: a page of its origin may. */
  judgeOrigin(request: IncomingMessage): Refusal | undefined;
  /** Nobody is let in any more. */
  shut(): void;
}

export interface EntranceOptions {
  readonly client: Settings["client"];
  readonly logger: Logger;
}

export function createEntrance({ client, logger }: EntranceOptions): Entrance {
  const gate = createConnectionGate(client);
  const logRefusedOrigin = createRefusedOriginLog(logger);
  /** Of streams. */
  const inside = new WeakSet<Socket>();
  let isShut = false;

  function judgeOrigin({ headers: { origin } }: IncomingMessage): Refusal | undefined {
    if (isOriginAllowed(origin, client.allowed_origins)) return undefined;
    logRefusedOrigin(origin ?? "");
    return { status: 403, reason: "this Origin is not in client.allowed_origins" };
  }

  /** In this order: a refused one counts for its address as well, and only one that is let in takes a turn of the rate. */
  function judge(request: IncomingMessage, misshapen: Refusal | undefined): Refusal | undefined {
    const refusal = gate.enter(request) ?? misshapen;
    if (refusal !== undefined) return refusal;
    if (isShut) return { status: 503, reason: "this gateway is shutting down" };
    return judgeOrigin(request) ?? gate.takeTurn();
  }

  return {
    watch(server) {
      server.on("connection", (socket) => gate.arrive(socket));
      // Before anybody judges the request.
      server.prependListener("request", ({ socket }) => {
        // A connection is nothing else beside. What is sent behind a request for a stream would wait for an answer for ever.
        if (inside.has(socket)) socket.destroy();
        else gate.release(socket);
      });
    },
    judge,
    judgeStream(request, misshapen) {
      const refusal = judge(request, misshapen);
      if (refusal === undefined) inside.add(request.socket);
      return refusal;
    },
    giveBack({ socket }) {
      inside.delete(socket);
      gate.release(socket);
    },
    judgeOrigin,
    shut: () => void (isShut = true),
  };
}
