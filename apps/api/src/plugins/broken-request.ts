import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { answerHeadFault, findHeadFault } from "@switchyard/runtime/request-head";
import type { ConnectionError } from "fastify";
import { ApiError } from "../api-error.ts";
import { toRestError } from "../rest-error.ts";
import type { Scope } from "../scope.ts";

/** Fastify makes its own server, so the check that every other server of ours has is a hook here. */
export function refuseFaultyHeads(app: Scope): void {
  app.addHook("onRequest", async ({ raw }, reply) => {
    const fault = findHeadFault(raw);
    if (fault === undefined) return;
    reply.hijack();
    answerHeadFault(reply.raw, fault);
  });
}

/**
 * Answers what never became a request, in the shape of every other error: programs read `error.message` from whatever they get.
 * No route, hook or logger of Fastify sees these, and the connection ends, for what follows may mean anything.
 */
export function answerBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const failure = describe(error);
  const { statusCode } = failure;
  const body = JSON.stringify({ error: toRestError(failure) });
  const head = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  if (socket.writable) socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  // As Node does it: a peer that goes on sending must not hold the socket.
  socket.destroy(error);
}

function describe({ code }: ConnectionError): ApiError {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new ApiError("request_timeout", "the request did not come to its end in time; send it in one go");
    case "HPE_HEADER_OVERFLOW":
      return new ApiError("head_too_large", "the path and the headers have 16 KiB or more; send less in them");
    default:
      return new ApiError("invalid_request", "what came is not a request of HTTP/1.1");
  }
}
