import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Settings } from "@switchyard/runtime/settings";
import { isOriginAllowed } from "../access/origin.ts";
import type { ConnectionGate } from "../limits/connection-gate.ts";
import { WebSocketServer } from "ws";
import { messageBounds } from "./message-bounds.ts";
import { refuseUpgrade, type Refusal } from "./refuse-upgrade.ts";
import { closeTimeoutMs } from "./socket-deadline.ts";
import { WsLine } from "./ws-line.ts";

export interface UpgradeOptions {
  readonly server: Server;
  readonly client: Settings["client"];
  /** True once no more connections are wanted. */
  readonly isShut: () => boolean;
  readonly gate: Omit<ConnectionGate, "addressOf">;
  readonly accept: (webSocket: WsLine, socket: Duplex, request: IncomingMessage) => void;
  readonly onRefused: (status: number, reason: string) => void;
  readonly onForeignOrigin: (origin: string) => void;
}

export const websocketPath = "/connection/websocket";

/** Begins when a close frame is sent. Newer than the type declarations of `ws`, hence apart. */
const closing = { closeTimeout: closeTimeoutMs };

/** Decides which upgrade requests become WebSockets; refuses the others with a status and a line that says why. */
export function acceptUpgrades(options: UpgradeOptions): void {
  const { server, client, gate } = options;
  const webSocketServer = new WebSocketServer({
    ...closing,
    ...messageBounds(client.message_size_limit),
    WebSocket: WsLine,
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has("centrifuge-json") ? "centrifuge-json" : false),
  });
  const refuse = (socket: Duplex, refusal: Refusal) => {
    options.onRefused(refusal.status, refusal.reason);
    refuseUpgrade(socket, refusal);
  };
  webSocketServer.on("wsClientError", ({ message }, socket) => refuse(socket, { status: 400, reason: message }));
  server.on("connection", (socket) => gate.arrive(socket));
  server.on("request", ({ socket }) => gate.release(socket));
  server.on("upgrade", (request, socket, head) => {
    const refusal = judge(request, options);
    if (refusal !== undefined) return refuse(socket, refusal);
    webSocketServer.handleUpgrade(request, socket, head, (webSocket) => options.accept(webSocket, socket, request));
  });
}

function judge(request: IncomingMessage, options: UpgradeOptions): Refusal | undefined {
  const { client, isShut, gate, onForeignOrigin } = options;
  const crowded = gate.enter(request);
  if (crowded !== undefined) return crowded;
  const path = (request.url ?? "").split("?", 1)[0];
  if (path !== websocketPath) return { status: 404, reason: `WebSockets are accepted at ${websocketPath}` };
  if (isShut()) return { status: 503, reason: "this gateway is shutting down" };
  if (!isOriginAllowed(request.headers.origin, client.allowed_origins)) {
    onForeignOrigin(request.headers.origin ?? "");
    return { status: 403, reason: "this Origin is not in client.allowed_origins" };
  }
  return gate.takeTurn();
}
