import type { Server } from "node:http";
import { createRefusedOriginLog } from "../access/refused-origins.ts";
import { createConnectionGate } from "../limits/connection-gate.ts";
import type { SessionServices } from "../session/services.ts";
import { Session } from "../session/session.ts";
import { TurnQueue } from "./turn-queue.ts";
import { acceptUpgrades } from "./upgrade.ts";
import { WsTransport } from "./ws-transport.ts";

/** Turns every accepted WebSocket into a session. `shut` refuses further ones; those that are there stay. */
export function acceptSessions({ server, services }: { server: Server; services: SessionServices }): { shut(): void } {
  const { client, metrics } = services;
  const gate = createConnectionGate(client);
  const turn = new TurnQueue();
  let isShut = false;
  acceptUpgrades({
    server,
    client,
    isShut: () => isShut,
    gate,
    onRefused: (status) => metrics.refusedUpgrades.inc({ status }),
    onForeignOrigin: createRefusedOriginLog(services.logger),
    accept: (webSocket, socket, request) => {
      const remoteAddress = gate.addressOf(request);
      const outboxMaxBytes = client.queue_max_size;
      const transport = new WsTransport({ webSocket, socket, turn, remoteAddress, outboxMaxBytes });
      transport.listen(new Session(transport, services));
    },
  });
  return { shut: () => void (isShut = true) };
}
