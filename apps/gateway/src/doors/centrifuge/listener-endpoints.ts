import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import { requestQuery } from "@switchyard/runtime/request-head";
import { acceptStreams, type StreamOptions } from "../../carriers/accept-streams.ts";
import { emptyBatch, type Batch } from "../../carriers/batch.ts";
import { eventStream, lineStream, webSocketText } from "../../carriers/framing.ts";
import { forPages, type HttpHandler } from "../../carriers/http-handler.ts";
import { HttpStream } from "../../carriers/http-stream.ts";
import type { TurnQueue } from "../../carriers/turn-queue.ts";
import type { WsLine } from "../../carriers/ws-line.ts";
import { WsTransport } from "../../carriers/ws-transport.ts";
import type { Entrance, Refusal } from "../../entrance/entrance.ts";
import { httpRefusalOf } from "./connect-refusal.ts";
import { readEventId, type PlaceIn } from "./event-id.ts";
import { EventLine } from "./event-line.ts";
import { listenerFarewell, type SeatListener } from "./seat-listener.ts";
import type { Line } from "./seat-session.ts";
import type { CentrifugeServices } from "./services.ts";

export const uniWebsocketPath = "/connection/uni_websocket";
const uniSsePath = "/connection/uni_sse";
const uniHttpStreamPath = "/connection/uni_http_stream";

export interface ListenerEndpointOptions {
  readonly entrance: Entrance;
  readonly services: CentrifugeServices;
  readonly turn: TurnQueue;
  readonly seat: SeatListener;
  /** Undefined: the door is open. */
  readonly judgeAgain: () => Refusal | undefined;
}

export interface ListenerEndpoints {
  /** By path. */
  readonly streams: ReadonlyMap<string, HttpHandler>;
  /** At {@link uniWebsocketPath}. */
  acceptWebSocket(webSocket: WsLine, socket: Duplex, request: IncomingMessage): void;
}

/** A form stands here because it is what curl calls its body unless it is told otherwise. */
const bodies = ["application/json", "application/x-www-form-urlencoded"];
const openingParameter = "cf_connect";

/** The paths of clients that only listen: a bare EventSource, curl, a WebSocket without an SDK. */
export function createListenerEndpoints(options: ListenerEndpointOptions): ListenerEndpoints {
  const { entrance } = options;
  const empty = emptyBatch(webSocketText);
  const events = streamsIn(options, {
    contentType: "text/event-stream",
    empty: emptyBatch(eventStream),
    asked: { openingParameter, openingIsOptional: true },
    lineOver: (stream) => new EventLine(stream),
    placeIn: eventPlaceOf,
  });
  const lines = streamsIn(options, {
    contentType: "application/x-ndjson",
    empty: emptyBatch(lineStream),
    asked: {},
    lineOver: (stream) => stream,
    placeIn: () => undefined,
  });
  return {
    streams: new Map([
      [uniSsePath, forPages(entrance, ["GET", "POST"], events)],
      [uniHttpStreamPath, forPages(entrance, ["POST"], lines)],
    ]),
    acceptWebSocket: (webSocket, socket, request) => acceptWebSocket({ webSocket, socket, request, empty }, options),
  };
}

/** One way of streaming to listeners. */
interface StreamKind {
  readonly contentType: string;
  readonly empty: Batch;
  readonly asked: Pick<StreamOptions, "openingParameter" | "openingIsOptional">;
  readonly lineOver: (stream: HttpStream) => Line;
  readonly placeIn: (request: IncomingMessage) => PlaceIn | undefined;
}

function streamsIn({ entrance, services, turn, seat, judgeAgain }: ListenerEndpointOptions, kind: StreamKind) {
  return acceptStreams({
    ...kind.asked,
    mediaTypes: bodies,
    openingMaxBytes: services.client.message_size_limit,
    judge: (request, misshapen) => entrance.judgeStream(request, misshapen),
    judgeAgain,
    giveBack: (request) => entrance.giveBack(request),
    onRefused: (status) => services.metrics.refusedUpgrades.inc({ status }),
    accept({ request, response, socket, opening }) {
      const { contentType, empty } = kind;
      const stream = new HttpStream({
        response,
        socket,
        contentType,
        turn,
        empty,
        remoteAddress: entrance.addressOf(request),
        outboxMaxBytes: services.client.queue_max_size,
        farewell: listenerFarewell,
        refusal: httpRefusalOf,
      });
      seat(kind.lineOver(stream), { token: tokenOf(request), placeIn: kind.placeIn(request) })(opening);
    },
  });
}

interface OpenedWebSocket {
  readonly webSocket: WsLine;
  readonly socket: Duplex;
  readonly request: IncomingMessage;
  readonly empty: Batch;
}

function acceptWebSocket(
  { webSocket, socket, request, empty }: OpenedWebSocket,
  { entrance, services, turn, seat }: ListenerEndpointOptions,
): void {
  const remoteAddress = entrance.addressOf(request);
  const outboxMaxBytes = services.client.queue_max_size;
  const line = new PartingWsTransport({ webSocket, socket, turn, empty, remoteAddress, outboxMaxBytes });
  const opening = requestQuery(request).get(openingParameter);
  const ask = seat(line, { token: tokenOf(request) });
  if (opening !== null) ask(Buffer.from(opening));
}

/** Its client reads pushes and need not look into close frames. */
class PartingWsTransport extends WsTransport {
  override close(disconnect: Disconnect): void {
    this.send(listenerFarewell(disconnect));
    super.close(disconnect);
  }
}

function tokenOf(request: IncomingMessage): string {
  return requestQuery(request).get("token") ?? "";
}

/** An EventSource sends the id when it comes back by itself; a new one, which a page makes, cannot send headers. */
function eventPlaceOf(request: IncomingMessage): PlaceIn | undefined {
  const id = request.headersDistinct["last-event-id"]?.[0] || requestQuery(request).get("last_event_id");
  return id ? readEventId(id) : undefined;
}
