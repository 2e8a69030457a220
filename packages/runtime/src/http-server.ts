import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { answerBrokenRequest } from "./broken-request.ts";
import { answerHeadFault, findHeadFault } from "./request-head.ts";

/**
 * How long a peer may take over a request, in milliseconds, for every HTTP server of ours. Node's own defaults let half a
 * header block hold a socket for 60 to 90 s.
 */
const requestTimeouts = {
  /** From the connection, or from the first byte of a further request, to the end of its headers. */
  headersTimeout: 10_000,
  /** To the end of its body. */
  requestTimeout: 30_000,
  /** How often Node looks for those that are late; its default of 30 s would be added to the times above. */
  connectionsCheckingInterval: 1_000,
};

export interface HttpServerOptions {
  /** Default: 15 s. */
  readonly idleTimeoutMs?: number;
  /** Between requests; default: Node's, 5 s. */
  readonly keepAliveTimeoutMs?: number;
}

/**
 * An HTTP server whose sockets all end by themselves, whatever their peers do; an upgraded one is its new owner's. A socket on
 * which nothing moves for `idleTimeoutMs` is destroyed, because its peer does not take its answer; it is longer than the
 * longest answer may be on its way.
 */
export function createHttpServer(
  handle: RequestListener,
  { idleTimeoutMs = 15_000, keepAliveTimeoutMs = 5_000 }: HttpServerOptions = {},
): Server {
  const options = {
    ...requestTimeouts,
    keepAliveTimeout: keepAliveTimeoutMs,
    requireHostHeader: false,
    // Where nobody takes upgrades, there is nothing but a request to answer.
    shouldUpgradeCallback: (request: IncomingMessage): boolean =>
      server.listenerCount("upgrade") > 0 && isWebSocketRequest(request),
  };
  const server: Server = createServer(options, (request, response) => {
    // Not the server's own timeout, which every upgraded socket would carry as well.
    response.setTimeout(idleTimeoutMs);
    const fault = findHeadFault(request);
    if (fault === undefined) handle(request, response);
    else answerHeadFault(response, fault);
  });
  return server.on("clientError", answerBrokenRequest);
}

/**
 * Anything else that asks for an upgrade, such as curl with `--http2`, is answered as if it had not asked (RFC 9110, section
 * 7.8). So is a WebSocket request with a body: it has none, and Node would hand over a socket that is still read as HTTP.
 */
function isWebSocketRequest({ headers }: { readonly headers: NodeJS.Dict<string | string[]> }): boolean {
  const hasBody = headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
  return !hasBody && String(headers["upgrade"]).toLowerCase() === "websocket";
}
