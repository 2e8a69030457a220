import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { refusalBody } from "@switchyard/runtime/refusal-body";
import { destroyAfterCloseTimeout } from "./socket-deadline.ts";

/** Why a request does not become a WebSocket. */
export interface UpgradeRefusal {
  readonly status: number;
  /** For the person who looks at the answer; names what to change. */
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Answers an upgrade request, whose socket Node has let go of, as HTTP. What the peer still sends is read and dropped: closing
 * a socket with unread bytes resets the connection, and the peer would lose the answer.
 */
export function refuseUpgrade(socket: Duplex, { status, reason, headers = {} }: UpgradeRefusal): void {
  const body = refusalBody(status, reason);
  const head = {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
    Connection: "close",
    ...headers,
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  socket.on("error", () => undefined);
  destroyAfterCloseTimeout(socket);
  socket.resume();
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}
