import { once } from "node:events";
import { Agent, ServerResponse, type IncomingMessage, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { createHttpServer } from "@switchyard/runtime/http-server";
import { refusalBody } from "@switchyard/runtime/refusal-body";
import { createProxyServer } from "httpxy";

export interface FrontDoorOptions {
  readonly gatewayPorts: readonly number[];
  readonly apiPort: number;
  /** A request waits so long for a process that starts again. */
  readonly patienceMs?: number;
}

/** A change of the settings starts the api again; on a busy machine that takes as long as this. */
const restartMs = 15_000;
/** Between two attempts. */
const pauseMs = 100;

/**
 * One origin over gateways and api, for development; production has nginx or HAProxy with the same path map.
 *
 *   /connection/…, /emulation      a gateway, in turn; the next one when that does not accept
 *   /livez, /readyz, /metrics      404: probes are not for the public
 *   everything else                the api
 */
export function createFrontDoor({ gatewayPorts, apiPort, patienceMs = restartMs }: FrontDoorOptions): Server {
  const proxy = createProxyServer({ xfwd: true });
  proxy.on("error", (_error, _request, client) => {
    if (client instanceof ServerResponse) answer(client, 502, awayText);
    else if (client !== undefined) refuse(client, "502 Bad Gateway");
  });
  proxy.on("proxyRes", (answered, request, response) => keepOrClose(request, response as ServerResponse, answered));
  const gateways = {
    agent: firstThatAccepts(gatewayPorts, patienceMs),
    target: { host: "127.0.0.1", port: gatewayPorts[0] ?? 0 },
  };
  const api = { agent: firstThatAccepts([apiPort], patienceMs), target: { host: "127.0.0.1", port: apiPort } };
  const upstreamOf = (request: IncomingMessage) => {
    // There is no proxy before this one, so what a client claims about itself is not true.
    for (const name of ["for", "host", "port", "proto"]) delete request.headers[`x-forwarded-${name}`];
    request.url = originForm(request.url);
    return { api, gateway: gateways, none: undefined }[route(request.url ?? "/")];
  };

  const probesText = `each process serves its own probes and metrics: see ${[...gatewayPorts, apiPort].map((port) => `http://127.0.0.1:${port}/metrics`).join(", ")}`;
  const pass = (request: IncomingMessage, response: ServerResponse) => {
    const upstream = upstreamOf(request);
    if (upstream === undefined) return answer(response, 404, probesText);
    // Asked to close, the process behind would do so with its answer, and one that comes before the end of the body, such as
    // 413, would be lost with the connection. The agent closes it instead, when both are through.
    request.headers.connection = "keep-alive";
    void proxy.web(request, response, upstream);
  };
  // `?wait=60` says nothing for a minute; a session ends when the gateway or the client ends it.
  const server = createHttpServer(pass, { idleTimeoutMs: 90_000 });
  server.on("upgrade", (request, socket, head: Buffer) => {
    // An open tab reconnects by itself; its vanished socket is no news.
    socket.on("error", () => socket.destroy());
    const upstream = upstreamOf(request);
    if (upstream === undefined) return refuse(socket as Socket, "404 Not Found");
    void proxy.ws(request, socket as Socket, upstream, head);
  });
  return server;
}

/** A request may name the whole address (RFC 9112, section 3.2.2), as clients do that take this for their proxy. */
function originForm(url = "/"): string {
  return url.replace(/^https?:\/\/[^/?#]*\/?/i, "/");
}

function route(url: string): "gateway" | "api" | "none" {
  const path = decode(URL.parse(url, "http://front.door")?.pathname ?? "/");
  if (["/livez", "/readyz", "/metrics"].includes(path)) return "none";
  return /^\/(?:connection|app)\//.test(path) || path === "/emulation" ? "gateway" : "api";
}

/**
 * Keeps or closes the client's connection as the client has asked, whatever is said between this proxy and the process
 * behind it. PHP, for one, asks for the end and reads until it comes.
 */
function keepOrClose(request: IncomingMessage, response: ServerResponse, answered: IncomingMessage): void {
  // Node's own reading of the request: its version of HTTP and its `Connection`.
  const asksToClose = !response.shouldKeepAlive;
  const early = !request.complete;
  delete answered.headers["keep-alive"];
  // The proxy library takes it from the request for HTTP/1.0.
  answered.headers.connection = request.headers.connection = asksToClose && !early ? "close" : "keep-alive";
  if (!asksToClose || !early) return;
  // To close with a part of the body unread resets the connection, and the answer is lost with it.
  void Promise.all([once(request, "end"), once(response, "finish")]).then(
    () => request.socket.destroySoon(),
    () => request.socket.destroy(),
  );
}

/** The server behind decodes as well: to it `/%72eadyz` is `/readyz`. */
function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/**
 * Connections to the ports in turn, and again for a while when none accepts. A refused one tries the next port *before* the request is handed a socket, so nothing of
 * its body has been read and any method can go to another process. Not kept alive: a pooled connection may belong to a
 * process that has died since.
 */
function firstThatAccepts(ports: readonly number[], patienceMs: number): Agent {
  const agent = new Agent({ keepAlive: false });
  let turn = 0;
  agent.createConnection = (_options, callback) => {
    const first = turn++;
    const deadline = performance.now() + patienceMs;
    const attempt = (tried: number) => {
      const socket = connect(ports[(first + tried) % ports.length] ?? 0, "127.0.0.1");
      const onError = (error: Error) => {
        if (tried + 1 < ports.length) attempt(tried + 1);
        else if (performance.now() < deadline) setTimeout(attempt, pauseMs, 0);
        else callback?.(error, socket);
      };
      socket.once("error", onError);
      socket.once("connect", () => {
        socket.off("error", onError);
        callback?.(null, socket);
      });
    };
    attempt(0);
    return undefined;
  };
  return agent;
}

const awayText = "no process behind this path answers; it may be starting again, so try again in a few seconds";

function answer(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "application/json" }).end(refusalBody(status, message));
}

function refuse(socket: Socket, status: string): void {
  // Whatever was written is the upgrade, and a frame cannot be an HTTP answer.
  if (socket.bytesWritten > 0) return void socket.destroy();
  socket.write(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  // An ended socket alone would stay for as long as its peer likes.
  socket.destroySoon();
}
