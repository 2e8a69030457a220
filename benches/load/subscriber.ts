import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { Dialect } from "./dialect.ts";
import { FrameCounter, type FrameSink } from "./frame-counter.ts";
import type { Tally } from "./tally.ts";

/** What all clients of a process share. */
export interface SubscriberShared {
  readonly tally: Tally;
  /** Sockets are read one after the other, so one buffer serves them all and nothing is allocated per read. */
  readonly readBuffer: Buffer;
  /** `code` is the WebSocket close code, or 1006 when the connection just ended. */
  readonly onClosed: (code: number) => void;
}

export interface SubscriberOptions {
  readonly port: number;
  readonly channel: string;
  readonly dialect: Dialect;
}

/** One subscribed client on a raw TCP socket. */
export class Subscriber implements FrameSink {
  readonly #shared: SubscriberShared;
  readonly #options: SubscriberOptions;
  readonly #frames: FrameCounter;
  readonly #subscribed = Promise.withResolvers<void>();
  readonly #socket: Socket;
  #upgraded = false;
  #responseHead = "";
  #closeCode = 1006;

  constructor(shared: SubscriberShared, options: SubscriberOptions) {
    this.#shared = shared;
    this.#options = options;
    this.#frames = new FrameCounter(this, options.dialect);
    this.#socket = connect({
      host: "127.0.0.1",
      port: options.port,
      noDelay: true,
      onread: { buffer: shared.readBuffer, callback: (bytes) => this.#read(bytes) },
    });
    this.#socket.on("connect", () => this.#socket.write(upgradeRequest(options)));
    this.#socket.on("error", (error) => this.#subscribed.reject(error));
    this.#socket.on("close", () => this.#onSocketClosed());
  }

  /** Resolves when the server has said that the subscription stands. */
  get subscribed(): Promise<void> {
    return this.#subscribed.promise;
  }

  close(): void {
    this.#closeCode = 1000;
    this.#socket.destroy();
  }

  onMessage(bytes: Buffer, from: number, end: number): void {
    this.#shared.tally.count(bytes, from, end);
  }

  onShortLine(): void {
    this.#send(this.#options.dialect.pong);
  }

  onFrame(opcode: number, payload: Buffer): void {
    const { dialect } = this.#options;
    const text = payload.toString();
    if (opcode === 8) this.#closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    else if (text === dialect.ping) this.#send(dialect.pong);
    else if (this.#frames.keepAll && dialect.isSubscribed?.(text) === true) this.#onSubscribed();
  }

  #read(bytes: number): boolean {
    const { readBuffer, tally } = this.#shared;
    tally.addBytes(bytes);
    this.#frames.read(readBuffer, this.#upgraded ? 0 : this.#readResponse(bytes), bytes);
    return true;
  }

  /** Takes bytes until the answer to the upgrade is whole. Returns where the first frame begins. */
  #readResponse(bytes: number): number {
    const before = this.#responseHead.length;
    this.#responseHead += this.#shared.readBuffer.toString("latin1", 0, bytes);
    const end = this.#responseHead.indexOf("\r\n\r\n");
    if (end === -1) return bytes;
    const status = this.#responseHead.slice(0, this.#responseHead.indexOf("\r\n"));
    if (!status.includes(" 101 ")) this.#subscribed.reject(new Error(`the server refused the upgrade: ${status}`));
    this.#upgraded = true;
    const { dialect, channel } = this.#options;
    for (const frame of dialect.greeting(channel)) this.#send(frame);
    if (dialect.isSubscribed === undefined) this.#onSubscribed();
    return end + 4 - before;
  }

  #onSubscribed(): void {
    this.#frames.keepAll = false;
    this.#subscribed.resolve();
  }

  #onSocketClosed(): void {
    this.#subscribed.reject(new Error(`closed with ${this.#closeCode} before the subscription`));
    if (this.#closeCode !== 1000) this.#shared.onClosed(this.#closeCode);
  }

  #send(text: string | undefined): void {
    if (text !== undefined && this.#socket.writable) this.#socket.write(maskedTextFrame(text));
  }
}

function upgradeRequest({ port, channel, dialect }: SubscriberOptions): string {
  return [
    `GET ${dialect.path(channel)} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    "Sec-WebSocket-Version: 13",
    "\r\n",
  ].join("\r\n");
}

/** A client must mask (RFC 6455 §5.3); a mask of zeros is a mask, and leaves the text as it is. */
function maskedTextFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new RangeError("the greeting of a dialect must fit a short frame of 125 bytes");
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
