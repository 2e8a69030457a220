import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { requestQuery } from "@switchyard/runtime/request-head";
import { acceptStreams, type StreamOptions, type StreamRequest } from "../../carriers/accept-streams.ts";
import { emptyBatch, type Batch } from "../../carriers/batch.ts";
import { eventStream, lengthStream, lineStream, webSocketBinary, webSocketText } from "../../carriers/framing.ts";
import { forPages, type HttpHandler } from "../../carriers/http-handler.ts";
import { HttpStream } from "../../carriers/http-stream.ts";
import type { Parting } from "../../carriers/transport.ts";
import type { TurnQueue } from "../../carriers/turn-queue.ts";
import type { WsLine } from "../../carriers/ws-line.ts";
import { WsTransport } from "../../carriers/ws-transport.ts";
import type { Entrance, Refusal } from "../../entrance/entrance.ts";
import { keptHeaders } from "../../decisions/asked.ts";
import { Origin } from "../../session/origin.ts";
import { httpRefusalOf } from "./connect-refusal.ts";
import { decodeConnectRequest } from "./connect-request.ts";
import { readEventId, type PlaceIn } from "./event-id.ts";
import { EventLine } from "./event-line.ts";
import { asksForProtobuf, type ListenerForm } from "./listener-form.ts";
import type { SeatListener } from "./seat-listener.ts";
import type { Line } from "../seat.ts";
import type { CentrifugeServices } from "./services.ts";

export const uniWebsocketPath = "/connection/uni_websocket";
const uniSsePath = "/connection/uni_sse";
const uniHttpStreamPath = "/connection/uni_http_stream";

export interface ListenerEndpointOptions {
  readonly entrance: Entrance;
  readonly services: CentrifugeServices;
  readonly turn: TurnQueue;
  readonly json: ListenerForm;
  readonly protobuf: ListenerForm;
  readonly seat: SeatListener;
  /** Undefined: the door is open. */
  readonly judgeAgain: () => Refusal | undefined;
}

export interface ListenerEndpoints {
  /** By path. */
  readonly streams: ReadonlyMap<string, HttpHandler>;
  /** At {@link uniWebsocketPath}. */
  acceptWebSocket(opened: OpenedWebSocket): void;
}

export interface OpenedWebSocket {
  readonly webSocket: WsLine;
  readonly socket: Duplex;
  readonly request: IncomingMessage;
  readonly isProtobuf: boolean;
}

/** A form stands here because it is what curl calls its body unless it is told otherwise. */
const texts = ["application/json", "application/x-www-form-urlencoded"];
const bytes = "application/octet-stream";
const openingParameter = "cf_connect";

/** The paths of clients that only listen: a bare EventSource, curl, a WebSocket without an SDK. */
export function createListenerEndpoints(options: ListenerEndpointOptions): ListenerEndpoints {
  const { entrance, json, protobuf } = options;
  const from = (transport: string, protocol: "json" | "protobuf" = "json") =>
    new Origin({ door: "centrifuge", transport, protocol });
  const overWebSocket = {
    json: { form: json, origin: from("uni_websocket"), empty: emptyBatch(webSocketText) },
    protobuf: { form: protobuf, origin: from("uni_websocket", "protobuf"), empty: emptyBatch(webSocketBinary) },
  };
  const asEvents = {
    form: { ...json, farewell: retrying(json.farewell) },
    origin: from("uni_sse"),
    contentType: "text/event-stream",
    empty: emptyBatch(eventStream),
  };
  const lineOrigin = from("uni_http_stream");
  const asLines = {
    form: json,
    origin: lineOrigin,
    contentType: "application/x-ndjson",
    empty: emptyBatch(lineStream),
  };
  const messageOrigin = from("uni_http_stream", "protobuf");
  const asMessages = { form: protobuf, origin: messageOrigin, contentType: bytes, empty: emptyBatch(lengthStream) };
  const events = streamsIn(options, {
    asked: { mediaTypes: texts, openingParameter, openingIsOptional: true },
    writtenFor: () => asEvents,
    lineOver: (stream) => new EventLine(stream),
    placeIn: eventPlaceOf,
  });
  const lines = streamsIn(options, {
    asked: { mediaTypes: [...texts, bytes] },
    writtenFor: ({ request, mediaType }) => (mediaType === bytes || asksForProtobuf(request) ? asMessages : asLines),
    lineOver: (stream) => stream,
    placeIn: () => undefined,
  });
  return {
    streams: new Map([
      [uniSsePath, forPages(entrance, ["GET", "POST"], events)],
      [uniHttpStreamPath, forPages(entrance, ["POST"], lines)],
    ]),
    acceptWebSocket: (opened) =>
      acceptWebSocket(opened, opened.isProtobuf ? overWebSocket.protobuf : overWebSocket.json, options),
  };
}

interface Written {
  readonly form: ListenerForm;
  readonly origin: Origin;
  readonly empty: Batch;
}

/** One way of streaming to listeners. */
interface StreamKind {
  readonly asked: Pick<StreamOptions, "mediaTypes" | "openingParameter" | "openingIsOptional">;
  readonly writtenFor: (
    asked: Pick<StreamRequest, "request" | "mediaType">,
  ) => Written & { readonly contentType: string };
  readonly lineOver: (stream: HttpStream) => Line;
  readonly placeIn: (request: IncomingMessage) => PlaceIn | undefined;
}

function streamsIn(options: ListenerEndpointOptions, kind: StreamKind) {
  const { entrance, services, turn, seat, judgeAgain } = options;
  return acceptStreams({
    ...kind.asked,
    openingMaxBytes: services.client.message_size_limit,
    judge: (request, misshapen) => entrance.judgeStream(request, misshapen),
    judgeAgain,
    giveBack: (request) => entrance.giveBack(request),
    onRefused: (status) => services.metrics.refusedUpgrades.inc({ status }),
    accept({ request, response, socket, opening, mediaType }) {
      const { form, origin, contentType, empty } = kind.writtenFor({ request, mediaType });
      const stream = new HttpStream({
        response,
        socket,
        contentType,
        turn,
        empty,
        outboxMaxBytes: services.client.queue_max_size,
        farewell: form.farewell,
        refusal: httpRefusalOf,
      });
      const headers = keptHeaders(request, services.hooks);
      const said = { headers, token: tokenOf(request), placeIn: kind.placeIn(request) };
      const ask = seat(kind.lineOver(stream), { form, origin, ...said });
      // What is written goes by what is asked for; what is read goes by what it says it is.
      ask(mediaType === bytes ? options.protobuf.decode(opening) : options.json.decode(opening));
    },
  });
}

function acceptWebSocket(
  { webSocket, socket, request }: OpenedWebSocket,
  { form, origin, empty }: Written,
  { services, turn, seat }: ListenerEndpointOptions,
): void {
  const outboxMaxBytes = services.client.queue_max_size;
  const line = new PartingWsTransport({ webSocket, socket, turn, empty, outboxMaxBytes });
  line.farewell = form.farewell;
  const opening = requestQuery(request).get(openingParameter);
  const headers = keptHeaders(request, services.hooks);
  const ask = seat(line, { form, origin, headers, token: tokenOf(request) });
  // An address is text, whatever form the client reads.
  if (opening !== null) ask(decodeConnectRequest(Buffer.from(opening)));
}

/** Its client reads pushes and need not look into close frames. */
class PartingWsTransport extends WsTransport {
  farewell: ListenerForm["farewell"] | undefined;

  override close(parting: Parting): void {
    if (this.farewell !== undefined) this.send(this.farewell(parting));
    super.close(parting);
  }
}

/** An `EventSource` comes back by itself, and knows no other word for when. The lines of an event may come in any order. */
function retrying(farewell: ListenerForm["farewell"]): ListenerForm["farewell"] {
  return (parting) => {
    const { reconnectAfterMs } = parting;
    const last = farewell(parting);
    return reconnectAfterMs === null ? last : Buffer.concat([last, Buffer.from(`\nretry: ${reconnectAfterMs}`)]);
  };
}

function tokenOf(request: IncomingMessage): string {
  return requestQuery(request).get("token") ?? "";
}

/** An EventSource sends the id when it comes back by itself; a new one, which a page makes, cannot send headers. */
function eventPlaceOf(request: IncomingMessage): PlaceIn | undefined {
  const id = request.headersDistinct["last-event-id"]?.[0] || requestQuery(request).get("last_event_id");
  return id ? readEventId(id) : undefined;
}
