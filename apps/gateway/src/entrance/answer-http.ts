import type { IncomingMessage, ServerResponse } from "node:http";
import { refusalBody } from "@switchyard/runtime/refusal-body";
import { requestPath } from "@switchyard/runtime/request-head";

/** Answers plain HTTP requests that are no probes: they took the wrong door, so it says which one is right. */
export function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  { websocketPaths, others }: { readonly websocketPaths: readonly string[]; readonly others: readonly string[] },
): void {
  const path = requestPath(request);
  // One that ends with a slash stands for those below it.
  if (websocketPaths.some((one) => one === path || (one.endsWith("/") && path.startsWith(one)))) {
    response.writeHead(426, { "content-type": "application/json", connection: "Upgrade", upgrade: "websocket" });
    // Whoever asked for the upgrade knows what this speaks: their request has a body, which an upgrade must not have.
    const asked = String(request.headers.upgrade).toLowerCase() === "websocket";
    const more = asked ? ", by a request without a body" : "";
    response.end(refusalBody(426, `this endpoint speaks WebSocket; connect with ws:// or wss://${more}`));
    return;
  }
  response.writeHead(404, { "content-type": "application/json" });
  response.end(refusalBody(404, `nothing here; a gateway serves ${[...websocketPaths, ...others].join(", ")}`));
}
