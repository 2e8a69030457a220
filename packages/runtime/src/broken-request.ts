import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { refusalBody } from "./refusal-body.ts";

/**
 * Answers what never became a request, in the shape of every other error: programs read `error.message` from whatever they get. For
 * `clientError` of every HTTP server of ours. The connection ends, for what follows may mean anything.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const { status, message } = describe(error);
  const body = refusalBody(status, message);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  if (socket.writable && !isAnswering(socket)) socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  // As Node does it: a peer that goes on sending must not hold the socket.
  socket.destroy(error);
}

/** A second answer would become part of the first, such as a stream. Node's own handler asks the same. */
function isAnswering(socket: Duplex & { readonly _httpMessage?: Pick<ServerResponse, "headersSent"> | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

function describe({ code }: NodeJS.ErrnoException): { readonly status: number; readonly message: string } {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return { status: 408, message: "the request did not come to its end in time; send it in one go" };
    case "HPE_HEADER_OVERFLOW":
      return { status: 431, message: "the path and the headers have 16 KiB or more; send less in them" };
    default:
      return { status: 400, message: "what came is not a request of HTTP/1.1" };
  }
}
