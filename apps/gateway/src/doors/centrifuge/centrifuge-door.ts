import type { IncomingMessage, Server } from "node:http";
import { requestPath, requestQuery } from "@switchyard/runtime/request-head";
import { emptyBatch } from "../../carriers/batch.ts";
import { webSocketBinary, webSocketText } from "../../carriers/framing.ts";
import { TurnQueue } from "../../carriers/turn-queue.ts";
import { acceptUpgrades } from "../../carriers/upgrade.ts";
import type { WsLine } from "../../carriers/ws-line.ts";
import { WsTransport } from "../../carriers/ws-transport.ts";
import type { Entrance, Refusal } from "../../entrance/entrance.ts";
import { Session } from "../../session/session.ts";
import { CommandIntake } from "./command-intake.ts";
import type { CentrifugeServices } from "./services.ts";
import { jsonForm, protobufForm } from "./wire-form.ts";

export const websocketPath = "/connection/websocket";

export interface CentrifugeDoorOptions {
  readonly server: Server;
  readonly entrance: Entrance;
  readonly services: CentrifugeServices;
}

const protobufName = "centrifuge-protobuf";

/** Clients that speak the Centrifuge protocol, over WebSocket. */
export function openCentrifugeDoor({ server, entrance, services }: CentrifugeDoorOptions): void {
  const { client, metrics } = services;
  const turn = new TurnQueue();
  const json = { form: jsonForm(0), empty: emptyBatch(webSocketText) };
  const protobuf = { form: protobufForm(1), empty: emptyBatch(webSocketBinary) };
  acceptUpgrades({
    server,
    messageMaxBytes: client.message_size_limit,
    subprotocols: ["centrifuge-json", protobufName],
    judge: (request, misshapen) => entrance.judge(request, misshapen ?? findWrongPath(request)),
    onRefused: (status) => metrics.refusedUpgrades.inc({ status }),
    accept: (webSocket, socket, request) => {
      const { form, empty } = wantsProtobuf(webSocket, request) ? protobuf : json;
      const remoteAddress = entrance.addressOf(request);
      const outboxMaxBytes = client.queue_max_size;
      const transport = new WsTransport({ webSocket, socket, turn, empty, remoteAddress, outboxMaxBytes });
      const session = new Session({ transport, encoder: form.encoder, services });
      const intake = new CommandIntake({ client: session, form, line: transport, services });
      transport.listen({
        frame: (bytes) => intake.frame(bytes),
        slow: () => session.slow(),
        inputEnded: () => intake.finish(),
        closed: (end) => session.closed(end),
      });
    },
  });
}

/** Official SDKs ask by subprotocol; the query is for clients that cannot. One of them is enough, as at Centrifugo. */
function wantsProtobuf({ protocol }: WsLine, request: IncomingMessage): boolean {
  const query = requestQuery(request);
  return protocol === protobufName || query.get("format") === "protobuf" || query.get("cf_protocol") === "protobuf";
}

function findWrongPath(request: IncomingMessage): Refusal | undefined {
  if (requestPath(request) === websocketPath) return undefined;
  return { status: 404, reason: `WebSockets are accepted at ${websocketPath}` };
}
