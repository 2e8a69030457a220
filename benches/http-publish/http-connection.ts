import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface HttpConnectionOptions {
  readonly port: number;
  /** Connections are read one after the other, so one buffer serves them all. */
  readonly readBuffer: Buffer;
  /** The answer to the request that was sent last is whole; `problem` is undefined for status 200 without `"error"`. */
  readonly onAnswer: (connection: HttpConnection, problem: string | undefined) => void;
}

/**
 * A connection that is kept and carries one request at a time, ready-made bytes: what is measured is the server, and a client
 * that builds headers and parses JSON would be busier than it.
 */
export class HttpConnection {
  readonly #options: HttpConnectionOptions;
  readonly #socket: Socket;
  /** What has come of an answer that is not whole yet. */
  #begun = "";
  sentUs = 0;

  constructor(options: HttpConnectionOptions) {
    this.#options = options;
    this.#socket = connect({
      host: "127.0.0.1",
      port: options.port,
      noDelay: true,
      onread: { buffer: options.readBuffer, callback: (bytes) => this.#read(bytes) },
    });
  }

  async open(): Promise<void> {
    await once(this.#socket, "connect");
    this.#socket.on("close", () => this.#options.onAnswer(this, "the server has closed the connection"));
    this.#socket.on("error", () => undefined);
  }

  /** The bytes are not copied: they must stay as they are until the answer is there. */
  send(request: Buffer, dueUs: number): void {
    this.sentUs = dueUs;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }

  #read(bytes: number): boolean {
    const text = this.#begun + this.#options.readBuffer.toString("latin1", 0, bytes);
    const isWhole = isWholeAnswer(text);
    this.#begun = isWhole ? "" : text;
    if (isWhole) this.#options.onAnswer(this, problemOf(text));
    return true;
  }
}

function isWholeAnswer(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  return length === undefined ? text.endsWith("\r\n0\r\n\r\n") : text.length >= end + 4 + Number(length);
}

function problemOf(text: string): string | undefined {
  return text.startsWith("HTTP/1.1 200") && !text.includes('"error"') ? undefined : text;
}
