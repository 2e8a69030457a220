import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { findHeadFault, requestPath } from "@switchyard/runtime/request-head";
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
  const misshapen = findMisshape(request);
  if (misshapen !== undefined) return misshapen;
  if (requestPath(request) !== websocketPath)
    return { status: 404, reason: `WebSockets are accepted at ${websocketPath}` };
  if (isShut()) return { status: 503, reason: "this gateway is shutting down" };
  if (!isOriginAllowed(request.headers.origin, client.allowed_origins)) {
    onForeignOrigin(request.headers.origin ?? "");
    return { status: 403, reason: "this Origin is not in client.allowed_origins" };
  }
  return gate.takeTurn();
}

/** What a WebSocket's request must be (RFC 6455, section 4.2.1) and `ws` does not ask, or answers with a status nobody expects. */
function findMisshape(request: IncomingMessage): Refusal | undefined {
  const fault = findHeadFault(request);
  if (fault !== undefined) return fault;
  const { httpVersion, method, headers } = request;
  if (httpVersion !== "1.1") {
    return { status: 505, reason: "a WebSocket needs HTTP/1.1; nginx: proxy_http_version 1.1" };
  }
  if (method !== "GET") return { status: 405, reason: "a WebSocket begins with GET", headers: { Allow: "GET" } };
  if (headers["sec-websocket-version"] !== "13") {
    const supported = { "Sec-WebSocket-Version": "13" };
    return { status: 426, reason: "Sec-WebSocket-Version must be 13", headers: { Upgrade: "websocket", ...supported } };
  }
  return undefined;
}
