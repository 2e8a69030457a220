import { promisify } from "node:util";
import { createHttpServer } from "@switchyard/runtime/http-server";
import { closeServer, listen } from "@switchyard/runtime/listen";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { emptyBatch } from "../batch.ts";
import { webSocketText } from "../framing.ts";
import { TurnQueue } from "../turn-queue.ts";
import { deflated, type Deflation } from "../ws-deflate.ts";
import { acceptUpgrades, createWebSocketEndpoint } from "../upgrade.ts";
import { WsTransport } from "../ws-transport.ts";

export interface EchoGateway {
  readonly port: number;
  /** As the server itself counts them: a peer cannot see whether the other side has let go. */
  openSockets(): Promise<number>;
  close(): Promise<void>;
}

/** The gateway's own way from a request to a transport and back, with an echo where the session would be. */
export async function startEchoGateway(messageMaxBytes: number, deflation?: Deflation): Promise<EchoGateway> {
  const { client } = checkSettings({ client: { message_size_limit: messageMaxBytes } });
  const server = createHttpServer((_request, response) => void response.writeHead(404).end());
  const turn = new TurnQueue();
  const plain = emptyBatch(webSocketText);
  const packed = deflation === undefined ? plain : emptyBatch(deflated(webSocketText, deflation));
  const onRefused = () => undefined;
  const endpoint = createWebSocketEndpoint({
    messageMaxBytes,
    subprotocols: [],
    deflation,
    onRefused,
    accept: (webSocket, socket) => {
      const transport = new WsTransport({
        webSocket,
        socket,
        turn,
        empty: webSocket.isDeflated ? packed : plain,
        outboxMaxBytes: client.queue_max_size,
      });
      transport.listen({
        frame: (bytes) => transport.send(bytes),
        inputEnded: async () => undefined,
        slow: () => undefined,
        flooded: () => undefined,
        closed: () => undefined,
      });
    },
  });
  acceptUpgrades({ server, endpointOf: () => endpoint, judge: (_, misshapen) => misshapen, onRefused });
  const { port } = await listen(server, { host: "127.0.0.1", port: 0 });
  const openSockets = promisify((answer: (error: Error | null, count: number) => void) =>
    server.getConnections(answer),
  );
  return { port, openSockets, close: () => closeServer(server) };
}
