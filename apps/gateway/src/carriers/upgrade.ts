import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { findHeadFault } from "@switchyard/runtime/request-head";
import { WebSocketServer, type PerMessageDeflateOptions } from "ws";
import { canDeflate, inflation, type Deflation } from "./ws-deflate.ts";
import { messageBounds } from "./message-bounds.ts";
import { refuseUpgrade, type UpgradeRefusal } from "./refuse-upgrade.ts";
import { closeTimeoutMs } from "./socket-deadline.ts";
import { WsLine } from "./ws-line.ts";

export interface UpgradeOptions {
  readonly server: Server;
  /** Bytes of one message a client may send. */
  readonly messageMaxBytes: number;
  /** Subprotocols there are. A client gets the first of its own that is among them, and none when it offers none. */
  readonly subprotocols: readonly string[];
  /** Undefined: it may become a WebSocket. `misshapen` is what is wrong with its form. */
  readonly judge: (request: IncomingMessage, misshapen: UpgradeRefusal | undefined) => UpgradeRefusal | undefined;
  /** Left out, nothing is compressed. */
  readonly deflation?: Deflation | undefined;
  readonly accept: (webSocket: WsLine, socket: Duplex, request: IncomingMessage) => void;
  readonly onRefused: (status: number, reason: string) => void;
}

/** Begins when a close frame is sent. Newer than the type declarations of `ws`, hence apart. */
const closing = { closeTimeout: closeTimeoutMs };

/** Turns upgrade requests into WebSockets; refuses the others with a status and a line that says why. */
export function acceptUpgrades(options: UpgradeOptions): void {
  const { server, deflation } = options;
  const refuse = (socket: Duplex, refusal: UpgradeRefusal) => {
    options.onRefused(refusal.status, refusal.reason);
    refuseUpgrade(socket, refusal);
  };
  const open = (perMessageDeflate: PerMessageDeflateOptions | false) =>
    openWebSocketServer(options, perMessageDeflate).on("wsClientError", ({ message }, socket) =>
      refuse(socket, { status: 400, reason: message }),
    );
  const plain = open(false);
  const deflating = deflation && { deflation, server: open(inflation(deflation)) };
  server.on("upgrade", (request, socket, head) => {
    const refusal = options.judge(request, findMisshape(request));
    if (refusal !== undefined) return refuse(socket, refusal);
    const offered = request.headers["sec-websocket-extensions"];
    const isDeflated = deflating !== undefined && canDeflate(offered, deflating.deflation);
    const chosen = isDeflated ? deflating.server : plain;
    chosen.handleUpgrade(request, socket, head, (webSocket) => options.accept(webSocket, socket, request));
  });
}

function openWebSocketServer(
  { messageMaxBytes, subprotocols }: UpgradeOptions,
  perMessageDeflate: PerMessageDeflateOptions | false,
) {
  return new WebSocketServer({
    ...closing,
    ...messageBounds(messageMaxBytes),
    WebSocket: WsLine,
    noServer: true,
    clientTracking: false,
    perMessageDeflate,
    handleProtocols: (offered) => offered.values().find((name) => subprotocols.includes(name)) ?? false,
  });
}

/** What a WebSocket's request must be (RFC 6455, section 4.2.1) and `ws` does not ask, or answers with a status nobody expects. */
function findMisshape(request: IncomingMessage): UpgradeRefusal | undefined {
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
