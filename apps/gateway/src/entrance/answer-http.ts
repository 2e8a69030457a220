import type { IncomingMessage, ServerResponse } from "node:http";
import { requestPath } from "@switchyard/runtime/request-head";

/** Answers plain HTTP requests that are no probes: they took the wrong door, so it says which one is right. */
export function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  { websocketPath, others }: { readonly websocketPath: string; readonly others: readonly string[] },
): void {
  if (requestPath(request) === websocketPath) {
    response.writeHead(426, { "content-type": "application/json", connection: "Upgrade", upgrade: "websocket" });
    response.end(JSON.stringify({ error: "this endpoint speaks WebSocket; connect with ws:// or wss://" }));
    return;
  }
  response.writeHead(404, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: `nothing here; a gateway serves ${[websocketPath, ...others].join(", ")}` }));
}
