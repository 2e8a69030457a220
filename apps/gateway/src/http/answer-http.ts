import type { IncomingMessage, ServerResponse } from "node:http";
import { websocketPath } from "../transport/upgrade.ts";

/** Plain HTTP requests that are no probes: somebody took the wrong door, so say which one is right. */
export function answerHttp(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? "").split("?", 1)[0];
  if (path === websocketPath) {
    response.writeHead(426, { "content-type": "application/json", connection: "Upgrade", upgrade: "websocket" });
    response.end(JSON.stringify({ error: "this endpoint speaks WebSocket; connect with ws:// or wss://" }));
    return;
  }
  response.writeHead(404, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: `nothing here; a gateway serves ${websocketPath}` }));
}
