import { STATUS_CODES, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Settings } from "@switchyard/runtime/settings";
import { isOriginAllowed } from "../access/origin.ts";
import type { ConnectionGate } from "../limits/connection-gate.ts";
import { WebSocketServer, type WebSocket } from "ws";

export interface UpgradeOptions {
  readonly server: Server;
  readonly client: Settings["client"];
  /** True once no more connections are wanted. */
  readonly isShut: () => boolean;
  readonly gate: Pick<ConnectionGate, "enter">;
  readonly accept: (webSocket: WebSocket, socket: Duplex, request: IncomingMessage) => void;
  readonly onRefused: (status: number, reason: string) => void;
}

export const websocketPath = "/connection/websocket";

/**
 * `maxFragments` and `maxBufferedChunks`: pieces one message may come in and that may wait, far above any honest client and
 * far below a memory bomb. `closeTimeout`: milliseconds a peer may take to answer our close frame before the socket is
 * destroyed. Newer than the type declarations of `ws`, hence apart.
 */
const bounds = { maxFragments: 64, maxBufferedChunks: 1_024, closeTimeout: 5_000 };

/** Decides which upgrade requests become WebSockets; refuses the others with a status and a line that says why. */
export function acceptUpgrades(options: UpgradeOptions): void {
  const { server, client } = options;
  const webSocketServer = new WebSocketServer({
    ...bounds,
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: client.message_size_limit,
    handleProtocols: (offered) => (offered.has("centrifuge-json") ? "centrifuge-json" : false),
  });
  server.on("upgrade", (request, socket, head) => {
    const refusal = refuse(request, options);
    if (refusal !== undefined) {
      options.onRefused(refusal.status, refusal.reason);
      endWith(socket, refusal);
      return;
    }
    webSocketServer.handleUpgrade(request, socket, head, (webSocket) => options.accept(webSocket, socket, request));
  });
}

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly retryAfterSeconds?: number;
}

function refuse(request: IncomingMessage, { client, isShut, gate }: UpgradeOptions): Refusal | undefined {
  const path = (request.url ?? "").split("?", 1)[0];
  if (path !== websocketPath) return { status: 404, reason: `WebSockets are accepted at ${websocketPath}` };
  if (isShut()) return { status: 503, reason: "this gateway is shutting down" };
  if (!isOriginAllowed(request.headers.origin, client.allowed_origins)) {
    return { status: 403, reason: "this Origin is not in client.allowed_origins" };
  }
  // Last, because it counts who is let in.
  return gate.enter(request);
}

function endWith(socket: Duplex, { status, reason, retryAfterSeconds }: Refusal): void {
  const body = `${reason}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
  ];
  socket.on("error", () => undefined);
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
