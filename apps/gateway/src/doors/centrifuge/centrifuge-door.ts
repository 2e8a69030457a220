import type { IncomingMessage } from "node:http";
import { requestPath } from "@switchyard/runtime/request-head";
import type { Settings } from "@switchyard/runtime/settings";
import { emptyBatch } from "../../carriers/batch.ts";
import { type Framing, webSocketBinary, webSocketText } from "../../carriers/framing.ts";
import type { HttpHandler } from "../../carriers/http-handler.ts";
import { TurnQueue } from "../../carriers/turn-queue.ts";
import { createWebSocketEndpoint, type WebSocketEndpoint } from "../../carriers/upgrade.ts";
import { deflated, deflationOf, type Deflation } from "../../carriers/ws-deflate.ts";
import type { WsLine } from "../../carriers/ws-line.ts";
import { WsTransport } from "../../carriers/ws-transport.ts";
import type { Entrance, Refusal } from "../../entrance/entrance.ts";
import { keptHeaders } from "../../decisions/asked.ts";
import { Origin } from "../../session/origin.ts";
import type { Door } from "../door.ts";
import { LinesInside } from "../lines-inside.ts";
import type { EmulatedLines } from "./emulated-lines.ts";
import { createListenerEndpoints, uniWebsocketPath } from "./listener-endpoints.ts";
import { asksForProtobuf, jsonListenerForm, protobufListenerForm } from "./listener-form.ts";
import { createListenerSeat } from "./seat-listener.ts";
import { createSeat, type Speech } from "./seat-session.ts";
import type { CentrifugeServices } from "./services.ts";
import { createStreamEndpoints } from "./stream-endpoints.ts";
import { jsonForm, protobufForm } from "./wire-form.ts";

const websocketPath = "/connection/websocket";

export interface CentrifugeDoorOptions {
  /** By path; the door adds its own. */
  readonly endpoints: Map<string, HttpHandler>;
  /** The same. */
  readonly webSockets: Map<string, WebSocketEndpoint>;
  readonly entrance: Entrance;
  readonly emulated: EmulatedLines;
  readonly services: CentrifugeServices;
  readonly websocket: Settings["websocket"];
}

const protobufName = "centrifuge-protobuf";

/** Clients that speak the Centrifuge protocol, over WebSockets and HTTP streams. */
export function openCentrifugeDoor(options: CentrifugeDoorOptions): Door {
  const { endpoints, webSockets, entrance, emulated: lines, services } = options;
  const { client, metrics } = services;
  const turn = new TurnQueue();
  const deflation = deflationOf(options.websocket);
  const json = { speech: speechOver("json"), ...roots(webSocketText, deflation) };
  const protobuf = { speech: speechOver("protobuf"), ...roots(webSocketBinary, deflation) };
  const inside = new LinesInside();
  const seat = createSeat(inside, services);
  let isShut = false;
  const judgeAgain = (): Refusal | undefined =>
    isShut ? { status: 503, reason: "this gateway is shutting down" } : undefined;
  const listeners = createListenerEndpoints({
    entrance,
    services,
    turn,
    json: jsonListenerForm(2),
    protobuf: protobufListenerForm(3),
    seat: createListenerSeat(inside, services),
    judgeAgain,
  });
  const endpoint = createWebSocketEndpoint({
    messageMaxBytes: client.message_size_limit,
    subprotocols: ["centrifuge-json", protobufName],
    deflation,
    onRefused: (status) => metrics.refusedUpgrades.inc({ status }),
    accept: (webSocket, socket, request) => {
      const isProtobuf = wantsProtobuf(webSocket, request);
      if (requestPath(request) === uniWebsocketPath)
        return listeners.acceptWebSocket({ webSocket, socket, request, isProtobuf });
      const { speech, plain, packed } = isProtobuf ? protobuf : json;
      const empty = webSocket.isDeflated ? packed : plain;
      const outboxMaxBytes = client.queue_max_size;
      const line = new WsTransport({ webSocket, socket, turn, empty, outboxMaxBytes });
      seat(line, { ...speech, headers: keptHeaders(request, services.hooks) });
    },
  });
  for (const path of [websocketPath, uniWebsocketPath]) webSockets.set(path, endpoint);
  const streams = createStreamEndpoints({
    entrance,
    services,
    turn,
    json: json.speech.form,
    protobuf: protobuf.speech.form,
    lines,
    seat,
    judgeAgain,
  });
  for (const [path, handle] of [...streams, ...listeners.streams]) endpoints.set(path, handle);
  return {
    name: "centrifuge",
    shut: () => void (isShut = true),
    drain: (reason, pace) => inside.drain(reason, pace),
    close: () => inside.ended(),
  };
}

function speechOver(protocol: "json" | "protobuf"): Speech {
  const form = protocol === "json" ? jsonForm(0) : protobufForm(1);
  return { form, origin: new Origin({ door: "centrifuge", transport: "websocket", protocol }) };
}

/** Where the batches of connections begin that agreed on compression, and of those that did not. */
function roots(framing: Framing, deflation: Deflation | undefined) {
  const plain = emptyBatch(framing);
  return { plain, packed: deflation === undefined ? plain : emptyBatch(deflated(framing, deflation)) };
}

/** Official SDKs ask by subprotocol; the query is for clients that cannot. */
function wantsProtobuf({ protocol }: WsLine, request: IncomingMessage): boolean {
  return protocol === protobufName || asksForProtobuf(request);
}
