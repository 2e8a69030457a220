import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

/** What an upstream saw of a request, which is what it answers. */
export interface Sighting {
  readonly upstream: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly httpVersion: string;
}

/** An HTTP and WebSocket server that tells who it is and what reached it: real apps do not, and the path map is about that. */
export interface StandInUpstream {
  readonly name: string;
  readonly port: number;
  /** From now on it answers 503 to every WebSocket, as a gateway does that drains. */
  drain(): void;
  /** Ends all connections and refuses new ones, as a crash does. */
  close(): void;
}

/**
 * Every path answers 200 with a {@link Sighting} as JSON, except `/connection/sse`, a stream that stays open. A WebSocket gets
 * its sighting as its first frame.
 */
export async function startStandIn(name: string): Promise<StandInUpstream> {
  const see = ({ url, headers, httpVersion }: IncomingMessage) =>
    JSON.stringify({ upstream: name, path: url ?? "", headers, httpVersion } satisfies Sighting);
  let draining = false;
  const server = createServer((request, response) => {
    if (request.url === "/connection/sse") return streamEvents(response);
    const opensSession = request.url === "/connection/http_stream";
    response.writeHead(draining && opensSession ? 503 : 200, { "content-type": "application/json" });
    response.end(see(request));
  });
  const sockets = new WebSocketServer({ server, verifyClient: (_info, decide) => decide(!draining, 503) });
  sockets.on("connection", (socket, request) => socket.send(see(request)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    name,
    port: (server.address() as AddressInfo).port,
    drain: () => void (draining = true),
    close() {
      sockets.clients.forEach((socket) => socket.terminate());
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Two events and no end. Without chunks nothing marks the end of an event, so a proxy that buffers keeps it. */
function streamEvents(response: ServerResponse): void {
  response.removeHeader("transfer-encoding");
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write("data: first\n\n");
  // Later than the head: what comes along with it no proxy holds back.
  const timer = setTimeout(() => response.write("data: second\n\n"), 100);
  response.once("close", () => clearTimeout(timer));
}
