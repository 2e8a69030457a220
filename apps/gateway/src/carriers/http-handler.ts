import type { IncomingMessage, ServerResponse } from "node:http";
import { refusalBody } from "@switchyard/runtime/refusal-body";
import { answerCrossOrigin } from "../entrance/cross-origin.ts";
import type { Entrance, Refusal } from "../entrance/entrance.ts";
import { destroyAfterCloseTimeout } from "./socket-deadline.ts";

/** Answers the requests of one path. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Says why, and what to change. A body that is still coming is read and dropped, or the peer would lose the answer; it has the time
 * that an ended socket has. Then the connection is free again: a proxy sends the next request over it, whosever that is.
 */
export function refuseRequest(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const { status, reason, headers } = refusal;
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers });
  response.end(refusalBody(status, reason));
  if (request.complete) return;
  request.resume();
  // Also of one without a body: as its head arrives, nothing knows yet that it is whole.
  request.once("end", destroyAfterCloseTimeout(request.socket));
}

/** The type of a body without its parameters; empty when the request does not say. */
export function mediaTypeOf({ headers }: Pick<IncomingMessage, "headers">): string {
  return headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** Answers what pages of other origins ask beforehand, and hands on what they may ask. */
export function forPages(entrance: Entrance, methods: readonly string[], handle: HttpHandler): HttpHandler {
  const judgeOrigin: Entrance["judgeOrigin"] = (request) => entrance.judgeOrigin(request);
  const asked = { methods, judgeOrigin, refuse: refuseRequest };
  return (request, response) => {
    if (answerCrossOrigin(request, response, asked)) handle(request, response);
  };
}
