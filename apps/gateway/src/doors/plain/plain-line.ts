import type { Parting } from "../../carriers/transport.ts";
import type { WsLine } from "../../carriers/ws-line.ts";
import { WsTransport, type WsTransportOptions } from "../../carriers/ws-transport.ts";
import { controlPing, untold } from "./plain-form.ts";

/** Bytes of a close frame's reason (RFC 6455, section 5.5). */
const reasonMaxBytes = 123;

/** A WebSocket whose messages are texts of others: what the hub itself has to say goes in control frames. */
export class PlainLine extends WsTransport {
  readonly #webSocket: WsLine;

  constructor(options: WsTransportOptions) {
    super(options);
    this.#webSocket = options.webSocket;
  }

  onPong(listener: () => void): void {
    this.#webSocket.on("pong", listener);
  }

  override send(message: Buffer): void {
    if (message === controlPing) this.#webSocket.ping();
    else if (message !== untold) super.send(message);
  }

  /** Its client is a page of a few lines, whose author looks at the reason: there is no SDK that acts upon it, so it may say all. */
  override close({ reason, detail, ...parting }: Parting): void {
    super.close({ ...parting, reason: cutToBytes(detail === undefined ? reason : `${reason}: ${detail}`) });
  }
}

/** Between characters, so that it stays UTF-8. */
function cutToBytes(text: string): string {
  const bytes = Buffer.from(text);
  let end = Math.min(bytes.length, reasonMaxBytes);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}
