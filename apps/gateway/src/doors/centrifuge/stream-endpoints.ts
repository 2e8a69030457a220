import { decodeProtobufEmulation } from "@switchyard/protocol/protobuf/decode-emulation";
import { acceptStreams, type StreamRequest } from "../../carriers/accept-streams.ts";
import { emptyBatch, type Batch } from "../../carriers/batch.ts";
import { eventStream, lengthStream, lineStream, type Framing } from "../../carriers/framing.ts";
import { forPages, type HttpHandler } from "../../carriers/http-handler.ts";
import { HttpStream } from "../../carriers/http-stream.ts";
import type { TurnQueue } from "../../carriers/turn-queue.ts";
import type { Entrance, Refusal } from "../../entrance/entrance.ts";
import { keptHeaders } from "../../decisions/asked.ts";
import { Origin } from "../../session/origin.ts";
import type { EmulatedLines } from "./emulated-lines.ts";
import { createEmulationEndpoint, type EmulationOptions } from "./emulation-endpoint.ts";
import { decodeJsonEmulation } from "./emulation-request.ts";
import type { SeatSession, Speech } from "./seat-session.ts";
import type { CentrifugeServices } from "./services.ts";
import type { WireForm } from "./wire-form.ts";

const httpStreamPath = "/connection/http_stream";
const ssePath = "/connection/sse";
const emulationPath = "/emulation";

export interface StreamEndpointOptions {
  readonly entrance: Entrance;
  readonly services: CentrifugeServices;
  readonly turn: TurnQueue;
  readonly json: WireForm;
  readonly protobuf: WireForm;
  readonly lines: EmulatedLines;
  readonly seat: SeatSession;
  /** Undefined: the door is open. */
  readonly judgeAgain: () => Refusal | undefined;
}

/** One way of writing a stream. */
interface StreamForm extends Speech {
  readonly empty: Batch;
  readonly contentType: string;
}

const json = "application/json";
const bytes = "application/octet-stream";

/** The paths of clients that cannot have a WebSocket: two kinds of stream down, and one way up for both. */
export function createStreamEndpoints(options: StreamEndpointOptions): ReadonlyMap<string, HttpHandler> {
  const { entrance, services, lines } = options;
  const written = (transport: string, framing: Framing, contentType: string): StreamForm => {
    const protocol = framing === lengthStream ? "protobuf" : "json";
    const origin = new Origin({ door: "centrifuge", transport, protocol });
    return { form: options[protocol], origin, empty: emptyBatch(framing), contentType };
  };
  const asHttpStream = new Map([
    [json, written("http_stream", lineStream, "application/x-ndjson")],
    [bytes, written("http_stream", lengthStream, bytes)],
  ]);
  const asEvents = new Map([[json, written("sse", eventStream, "text/event-stream")]]);
  const emulation: EmulationOptions = {
    node: services.node.uid,
    lines,
    nodes: services.broker,
    frameMaxBytes: services.client.message_size_limit,
    decoders: new Map([
      [json, decodeJsonEmulation],
      [bytes, (body: Buffer) => decodeProtobufEmulation(body) ?? "the body is no EmulationRequest"],
    ]),
    onUplink: (route) => services.metrics.uplinks.inc({ route }),
    mayBeLost: services.uplinksMayBeLost,
  };
  return new Map([
    [httpStreamPath, forPages(entrance, ["POST"], streamsIn(asHttpStream, options))],
    [ssePath, forPages(entrance, ["GET", "POST"], streamsIn(asEvents, options, "cf_connect"))],
    [emulationPath, forPages(entrance, ["POST"], createEmulationEndpoint(emulation))],
  ]);
}

function streamsIn(
  forms: ReadonlyMap<string, StreamForm>,
  options: StreamEndpointOptions,
  openingParameter?: string,
): HttpHandler {
  const { entrance, services, judgeAgain } = options;
  return acceptStreams({
    mediaTypes: [...forms.keys()],
    ...(openingParameter === undefined ? {} : { openingParameter }),
    openingMaxBytes: services.client.message_size_limit,
    judge: (request, misshapen) => entrance.judgeStream(request, misshapen),
    judgeAgain,
    giveBack: (request) => entrance.giveBack(request),
    onRefused: (status) => services.metrics.refusedUpgrades.inc({ status }),
    accept(stream) {
      const form = forms.get(stream.mediaType);
      if (form !== undefined) begin(stream, form, options);
    },
  });
}

function begin(
  { request, response, socket, opening }: StreamRequest,
  written: StreamForm,
  options: StreamEndpointOptions,
) {
  const { services, turn, lines, seat } = options;
  const { form, empty, contentType } = written;
  const stream = new HttpStream({
    response,
    socket,
    contentType,
    turn,
    empty,
    outboxMaxBytes: services.client.queue_max_size,
    farewell: form.farewell,
  });
  const session = lines.add(stream);
  const headers = keptHeaders(request, services.hooks);
  seat(stream, { ...written, headers }, { session, node: services.node.uid, onClosed: () => lines.delete(session) });
  stream.receive(opening);
}
