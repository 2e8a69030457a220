import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { serveCalls } from "../process/serve-calls.ts";

/**
 * Not a hub: what `ws` over Node's HTTP server costs to take a herd in, with nothing behind it. Whatever a client sends is answered with the
 * same ready text, as long as a recovered subscription's.
 */
const floorCalls = {
  async listen(): Promise<{ port: number }> {
    const webSockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
    const server = createServer().on("upgrade", (request, socket, head) => {
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        // A client of the herd that goes away resets its connection.
        webSocket.on("error", () => undefined).on("message", () => webSocket.send(answer));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { port: (server.address() as AddressInfo).port };
  },
};
export type FloorCalls = typeof floorCalls;

const subscribed = { recoverable: true, positioned: true, recovered: true, data: "x".repeat(400) };
const answer = `{"id":1,"connect":{}}\n${JSON.stringify({ id: 2, subscribe: subscribed })}`;

serveCalls(floorCalls);
