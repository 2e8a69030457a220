import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { requestQuery } from "@switchyard/runtime/request-head";
import type { Refusal } from "../entrance/entrance.ts";
import { mediaTypeOf, refuseRequest, type HttpHandler } from "./http-handler.ts";
import { readBody } from "./read-body.ts";

/** A request that is to be answered by a stream, and what its client says with it. */
export interface StreamRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly opening: Buffer;
  /** One of the media types there are; with a GET the first of them. */
  readonly mediaType: string;
}

export interface StreamOptions {
  /** Of a body. */
  readonly mediaTypes: readonly string[];
  /** The parameter in which a GET, which has no body, says it; a stream without one is asked for by POST alone. */
  readonly openingParameter?: string;
  /** A GET may say nothing. */
  readonly openingIsOptional?: boolean;
  /** Bytes of the opening. */
  readonly openingMaxBytes: number;
  /** Undefined: it may become a stream. `misshapen` is what is wrong with its form. */
  readonly judge: (request: IncomingMessage, misshapen: Refusal | undefined) => Refusal | undefined;
  /** It was let in and became nothing. */
  readonly giveBack: (request: IncomingMessage) => void;
  /** Undefined: it may still, now that its body is there. */
  readonly judgeAgain: () => Refusal | undefined;
  readonly accept: (stream: StreamRequest) => void;
  readonly onRefused: (status: number) => void;
}

/** Turns requests into streams; refuses the others with a status and a line that says why. */
export function acceptStreams(options: StreamOptions): HttpHandler {
  return (request, response) => void open(request, response, options);
}

async function open(request: IncomingMessage, response: ServerResponse, options: StreamOptions): Promise<void> {
  const refuse = (refusal: Refusal) => {
    options.onRefused(refusal.status);
    refuseRequest(request, response, refusal);
  };
  const refusal = options.judge(request, findMisshape(request, response, options));
  if (refusal !== undefined) return refuse(refusal);
  const opening = await readOpening(request, options);
  const { socket } = response;
  // Gone meanwhile.
  if (opening === undefined || socket === null) return;
  const refusedMeanwhile = Buffer.isBuffer(opening) ? options.judgeAgain() : opening;
  if (refusedMeanwhile !== undefined) {
    options.giveBack(request);
    return refuse(refusedMeanwhile);
  }
  const mediaType = request.method === "POST" ? mediaTypeOf(request) : (options.mediaTypes[0] ?? "");
  options.accept({ request, response, socket, opening: opening as Buffer, mediaType });
}

async function readOpening(request: IncomingMessage, options: StreamOptions): Promise<Buffer | Refusal | undefined> {
  const { openingMaxBytes, openingParameter = "" } = options;
  if (request.method === "POST") return readBody(request, openingMaxBytes);
  const opening = Buffer.from(requestQuery(request).get(openingParameter) ?? "");
  if (opening.length <= openingMaxBytes) return opening;
  return { status: 414, reason: `${openingParameter} is larger than ${openingMaxBytes} bytes; use POST` };
}

function findMisshape(
  request: IncomingMessage,
  response: ServerResponse,
  { mediaTypes, openingParameter, openingIsOptional = false }: StreamOptions,
): Refusal | undefined {
  if (request.httpVersion !== "1.1") {
    return { status: 505, reason: "a stream needs HTTP/1.1; nginx: proxy_http_version 1.1" };
  }
  // Answers of one socket come in turn, and this one would never end; no client of today asks so.
  if (response.socket === null) return { status: 400, reason: "a stream must not be asked for behind another request" };
  if (request.method === "POST") {
    if (mediaTypes.includes(mediaTypeOf(request))) return undefined;
    return { status: 415, reason: `Content-Type must be ${mediaTypes.join(" or ")}` };
  }
  if (openingParameter === undefined || openingIsOptional || requestQuery(request).has(openingParameter))
    return undefined;
  return { status: 400, reason: `GET needs the commands in ?${openingParameter}=` };
}
