import type { Server } from "node:http";
import { createRefusedOriginLog } from "../../access/refused-origins.ts";
import { createConnectionGate } from "../../limits/connection-gate.ts";
import { Session } from "../../session/session.ts";
import { TurnQueue } from "../../transport/turn-queue.ts";
import { acceptUpgrades } from "../../transport/upgrade.ts";
import { WsTransport } from "../../transport/ws-transport.ts";
import { CommandIntake } from "./command-intake.ts";
import type { CentrifugeServices } from "./services.ts";
import { jsonForm } from "./wire-form.ts";

/** Clients that speak the Centrifuge protocol. `shut` refuses further ones; those that are there stay. */
export function openCentrifugeDoor({ server, services }: { server: Server; services: CentrifugeServices }): {
  shut(): void;
} {
  const { client, metrics } = services;
  const gate = createConnectionGate(client);
  const turn = new TurnQueue();
  const form = jsonForm(0);
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
      const session = new Session({ transport, encoder: form.encoder, services });
      const intake = new CommandIntake({ client: session, form, line: transport, services });
      transport.listen({
        frame: (text) => intake.frame(text),
        slow: () => session.slow(),
        inputEnded: () => intake.finish(),
        closed: (end) => session.closed(end),
      });
    },
  });
  return { shut: () => void (isShut = true) };
}
