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
  /** What serves the request, or why nothing does. */
  readonly endpointOf: (request: IncomingMessage) => WebSocketEndpoint | UpgradeRefusal;
  /** Undefined: it may become a WebSocket. `misshapen` is what is wrong with its form, or with what it asks for. */
  readonly judge: (request: IncomingMessage, misshapen: UpgradeRefusal | undefined) => UpgradeRefusal | undefined;
  readonly onRefused: OnRefused;
}

type OnRefused = (status: number, reason: string) => void;

export interface EndpointOptions {
  /** Bytes of one message a client may send. */
  readonly messageMaxBytes: number;
  /** Subprotocols there are. A client gets the first of its own that is among them, and none when it offers none. */
  readonly subprotocols: readonly string[];
  /** Left out, nothing is compressed. */
  readonly deflation?: Deflation | undefined;
  readonly accept: (webSocket: WsLine, socket: Duplex, request: IncomingMessage) => void;
  /** What was judged well is none all the same, such as one without a key. */
  readonly onRefused: OnRefused;
}

/** Makes WebSockets of requests that may become some. */
export interface WebSocketEndpoint {
  open(upgrade: Upgrade): void;
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Begins when a close frame is sent. Newer than the type declarations of `ws`, hence apart. */
const closing = { closeTimeout: closeTimeoutMs };

/** Turns upgrade requests into WebSockets; refuses the others with a status and a line that says why. */
export function acceptUpgrades({ server, endpointOf, judge, onRefused }: UpgradeOptions): void {
  server.on("upgrade", (request, socket, head) => {
    const endpoint = endpointOf(request);
    const isNone = "status" in endpoint;
    const refusal = judge(request, findMisshape(request) ?? (isNone ? endpoint : undefined));
    if (refusal !== undefined) refuse(socket, refusal, onRefused);
    else if (!isNone) endpoint.open({ request, socket, head });
  });
}

/** One kind of WebSockets: what may be sent on them, and who takes them. */
export function createWebSocketEndpoint(options: EndpointOptions): WebSocketEndpoint {
  const { deflation, accept } = options;
  const plain = openWebSocketServer(options, false);
  const deflating = deflation && { deflation, server: openWebSocketServer(options, inflation(deflation)) };
  return {
    open({ request, socket, head }) {
      const offered = request.headers["sec-websocket-extensions"];
      const isDeflated = deflating !== undefined && canDeflate(offered, deflating.deflation);
      const chosen = isDeflated ? deflating.server : plain;
      chosen.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, socket, request));
    },
  };
}

function refuse(socket: Duplex, refusal: UpgradeRefusal, onRefused: OnRefused): void {
  onRefused(refusal.status, refusal.reason);
  refuseUpgrade(socket, refusal);
}

function openWebSocketServer(
  { messageMaxBytes, subprotocols, onRefused }: EndpointOptions,
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
  }).on("wsClientError", ({ message }, socket) => refuse(socket, { status: 400, reason: message }, onRefused));
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
